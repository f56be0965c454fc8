/**
 * The agreed journey as people write it: one step per line, blocks by indentation.
 *
 *   journey Customer return
 *   object return
 *
 *   return.requested
 *   return.approved              within 2 days
 *   optional
 *     parcel.handed_over
 *   any order
 *     goods.inspected            within 2 days
 *     choice
 *       refund.settled           within 14 days
 *       exchange.shipped
 *   repeat
 *     customer.told
 *
 * Steps follow one another. `optional`: the block may be left out. `choice`: exactly one of its lines; lines that
 * belong together stand under `steps`. `any order`: all of its lines, in any order. `repeat`: once or more often.
 * `within N minutes|hours|days` is the time a step may take since the step before it; `within N business days` ends
 * with the last of them, as everywhere in Reentry. A name that is a keyword stands in double quotes. `#` begins a
 * comment. Lines about the related objects may stand anywhere at the outermost indentation:
 *
 *   each item has goods.received before case.resolved
 *   any refund has refund.settled
 *   all parcel has parcel.handed_over
 */
import { ImportError } from './balance-sheet.ts';

export type JourneyModel = {
  readonly name: string;
  /** Object type whose life it describes, where the text says so. */
  readonly object: string | undefined;
  readonly body: Block;
  /** What its related objects must go through; left out where there is nothing. */
  readonly related?: readonly RelatedConstraint[];
};

/** `each` has an event of its own or shared, `any` at least one has, `all` take part in one event together. */
export type RelatedConstraint = {
  readonly quantifier: 'each' | 'any' | 'all';
  /** Type of the related objects. */
  readonly related: string;
  readonly activity: string;
  /** The step of the object itself by which it must have happened. */
  readonly before: string | undefined;
};

export type Block =
  | {
      readonly kind: 'step';
      readonly activity: string;
      readonly withinSeconds: number | undefined;
      readonly withinBusinessDays?: number;
    }
  | {
      readonly kind: 'steps' | 'choice' | 'any order' | 'optional' | 'repeat';
      readonly parts: readonly Block[];
    };

const blockWords = ['steps', 'choice', 'any order', 'optional', 'repeat'] as const;
type BlockWord = (typeof blockWords)[number];
const secondsPer: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400, week: 604_800 };
const depthLimit = 50;

type Line = { readonly number: number; readonly indent: number; readonly text: string };

/** Whether a text is meant as a journey: its first line that says something begins with `journey`. */
export function looksLikeJourney(text: string): boolean {
  return /^\ufeff?(?:[^\S\n]*(?:#[^\n]*)?\n)*[ \t]*journey\b/.test(text);
}

/** Reads the text; throws ImportError with the line that cannot be understood. */
export function readJourney(text: string): JourneyModel {
  let name = '';
  let object: string | undefined;
  const lines: Line[] = [];
  text.split(/\r?\n/).forEach((raw, i) => {
    const line = withoutComment(raw.replaceAll('\t', '    ').replace(/^\ufeff/, ''));
    const plain = line.trim();
    if (plain === '') return;
    const head = /^(journey|object)\s+(.+)$/.exec(plain);
    if (lines.length === 0 && head !== null) {
      if (head[1] === 'journey') name = head[2]!;
      else object = head[2]!;
    } else lines.push({ number: i + 1, indent: line.length - line.trimStart().length, text: plain });
  });
  const outermost = Math.min(...lines.map(({ indent }) => indent));
  const related = lines.flatMap((line) => (line.indent === outermost ? readRelated(line) : []));
  const steps = lines.filter((line) => line.indent !== outermost || readRelated(line).length === 0);
  if (steps.length === 0) throw new ImportError('journey-empty', 'the journey has no steps');
  if (related.length > 0 && object === undefined)
    throw new ImportError(
      'journey-object',
      'a journey with each, any or all needs a line "object TYPE": related to what?',
    );
  const reader = new BlockReader(steps);
  const parts = reader.read(steps[0]!.indent, 0);
  reader.assertEnd();
  return { name, object, body: { kind: 'steps', parts }, ...(related.length > 0 && { related }) };
}

const relatedPattern =
  /^(each|any|all)\s+(?:"([^"]+)"|(\S.*?))\s+has\s+(?:"([^"]+)"|(\S.*?))(?:\s+before\s+(?:"([^"]+)"|(\S.*)))?$/;

/** The line as one constraint on related objects, or nothing where it is a step. */
function readRelated(line: Line): RelatedConstraint[] {
  const match = relatedPattern.exec(line.text);
  if (match === null) return [];
  const [, quantifier, relatedQuoted, related, activityQuoted, activity, beforeQuoted, before] = match;
  return [
    {
      quantifier: quantifier as RelatedConstraint['quantifier'],
      related: (relatedQuoted ?? related)!,
      activity: (activityQuoted ?? activity)!,
      before: beforeQuoted ?? before,
    },
  ];
}

function withoutComment(line: string): string {
  const quoted = line.split('"');
  let text = '';
  for (let i = 0; i < quoted.length; i++) {
    const part = quoted[i]!;
    const hash = i % 2 === 0 ? part.search(/(?:^|\s)#/) : -1;
    if (i > 0) text += '"';
    if (hash >= 0) return text + part.slice(0, hash);
    text += part;
  }
  return text;
}

class BlockReader {
  readonly #lines: readonly Line[];
  #at = 0;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  /** The lines of one indentation, with what is nested in them. */
  read(indent: number, depth: number): Block[] {
    const blocks: Block[] = [];
    for (
      let line = this.#lines[this.#at];
      line !== undefined && line.indent >= indent;
      line = this.#lines[this.#at]
    ) {
      if (line.indent > indent) fail(line, 'is indented deeper than the lines of its block');
      if (depth > depthLimit) fail(line, `is nested deeper than ${depthLimit} blocks`);
      this.#at++;
      const word = line.text.toLowerCase().replace(/\s+/g, ' ').replace(/:$/, '') as BlockWord;
      if (!blockWords.includes(word)) {
        blocks.push(readStep(line));
        continue;
      }
      const next = this.#lines[this.#at];
      if (next === undefined || next.indent <= indent) fail(line, 'is an empty block');
      blocks.push({ kind: word, parts: this.read(next!.indent, depth + 1) });
    }
    return blocks;
  }

  assertEnd(): void {
    const line = this.#lines[this.#at];
    if (line !== undefined) fail(line, 'is indented less than the first step');
  }
}

function readStep(line: Line): Block {
  const match =
    /^(?:"([^"]+)"|(.*?))(?:(?<!\s)\s+within\s+(\d+(?:\.\d+)?)\s*(minute|hour|day|week|business day|m|h|d|w)s?)?$/.exec(
      line.text,
    );
  const activity = match?.[1] ?? match?.[2] ?? '';
  if (activity === '' || (match?.[1] === undefined && /\swithin\s|"/.test(activity))) {
    return fail(line, 'is no step: write a name, and after it perhaps "within 2 days"');
  }
  if (match?.[4] === 'business day') {
    const days = Number(match[3]);
    if (!Number.isInteger(days)) fail(line, 'has a broken number of business days');
    return { kind: 'step', activity, withinSeconds: undefined, withinBusinessDays: days };
  }
  const unit = { m: 'minute', h: 'hour', d: 'day', w: 'week' }[match?.[4] ?? ''] ?? match?.[4];
  return {
    kind: 'step',
    activity,
    withinSeconds: unit === undefined ? undefined : Number(match![3]) * secondsPer[unit]!,
  };
}

function fail(line: Line, why: string): never {
  throw new ImportError('journey-line', `line ${line.number}: "${line.text.slice(0, 60)}" ${why}`);
}

/** Writes a journey as text; reading it gives the same journey. */
export function writeJourney(model: JourneyModel): string {
  const lines = [`journey ${model.name}`];
  if (model.object !== undefined) lines.push(`object ${model.object}`);
  for (const { quantifier, related, activity, before } of model.related ?? [])
    lines.push(
      `${quantifier} "${related}" has "${activity}"${before === undefined ? '' : ` before "${before}"`}`,
    );
  const write = (block: Block, indent: string): void => {
    if (block.kind === 'step') {
      const plain =
        !(blockWords as readonly string[]).includes(block.activity.toLowerCase()) &&
        !/["#]|\swithin\s|^\s|\s$|^(journey|object)\s|:$|^(each|any|all)\s.*\shas\s/.test(block.activity);
      const within = withinText(block);
      lines.push(`${indent}${plain ? block.activity : `"${block.activity}"`}${within}`);
      return;
    }
    lines.push(indent + block.kind);
    for (const part of block.parts) write(part, `${indent}  `);
  };
  if (model.body.kind === 'steps') for (const part of model.body.parts) write(part, '');
  else write(model.body, '');
  return `${lines.join('\n')}\n`;
}

function withinText({ withinSeconds, withinBusinessDays }: Extract<Block, { kind: 'step' }>): string {
  if (withinBusinessDays !== undefined) return ` within ${withinBusinessDays} business days`;
  return withinSeconds === undefined ? '' : ` within ${withinSeconds / 60} minutes`;
}

/** The steps of a journey in the order in which they are written. */
export function journeySteps(block: Block): { activity: string; withinSeconds: number | undefined }[] {
  return block.kind === 'step' ? [block] : block.parts.flatMap(journeySteps);
}
