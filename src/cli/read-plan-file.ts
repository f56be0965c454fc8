/** Reads earlier plans, and files of names and comments. */
import { readFileSync } from 'node:fs';
import { isMissing } from '../audit/find-files.ts';
import { parsePlan } from '../northstar/plan/compare-plans.ts';
import { parsePeople, readPeople } from '../northstar/plan/people.ts';
import type { People, Plan } from '../northstar/plan/plan.ts';
import { AppError } from '../wire/errors.ts';

/** A plan as JSON. Throws `path-not-found` and `plan-unreadable`. */
export function readPlanFile(path: string): Plan {
  const plan = parsePlan(parseJson(readText(path)));
  if (plan === undefined) throw new AppError('plan-unreadable', { detail: path });
  return plan;
}

/** Names and comments, of their own or in a plan of any form. Throws `path-not-found` and `plan-unreadable`. */
export function readPeopleFile(path: string): People {
  const text = readText(path);
  if (!text.trimStart().startsWith('{')) return readPeople(text);
  const value = parseJson(text);
  const people = parsePlan(value)?.people ?? parsePeople(value);
  if (people === undefined) throw new AppError('plan-unreadable', { detail: path });
  return people;
}

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError(isMissing(cause) ? 'path-not-found' : 'file-unreadable', { detail: path, cause });
  }
}

/** The value, or undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
