/** Puts a plan on paper: ten sections, in one language. */
import type { Language } from '../../kernel/wording.ts';
import type { PlanChanges } from './compare-plans.ts';
import { piecesOf, type Block, type Line } from './plan-block.ts';
import type { Plan } from './plan.ts';
import { PlanWriter } from './plan-writer.ts';
import { stepWords } from './steps.ts';
import { writeAppendix, writeBaseline, writeOrderLists, writeRisks } from './write-appendix.ts';
import { writeChanges } from './write-changes.ts';
import { writeEvents, writeMatrix } from './write-matrix.ts';
import { writeOwners } from './write-owners.ts';
import { writeStatuses } from './write-statuses.ts';
import { writeJourney } from './write-journey.ts';
import { writeSummary } from './write-summary.ts';
import { writeWeeks } from './write-weeks.ts';

export type DocumentOptions = {
  readonly language: Language;
  /** The map as SVG; left out where pictures are of no use. */
  readonly map?: string | undefined;
  /** Comparison with an earlier plan. */
  readonly changes?: PlanChanges | undefined;
};

export function planDocument(plan: Plan, { language, map, changes }: DocumentOptions): Block[] {
  const writer = new PlanWriter(plan, language);
  const stepName = (step: string): string => stepWords(step)[language];
  const on = writer.day(plan.asOf);
  const blocks: Block[] = [
    {
      kind: 'title',
      text: writer.say(`Returns: the 30-day plan, ${on}`, `Retouren: der 30-Tage-Plan, ${on}`),
    },
    ...writeSummary(writer),
    ...(changes === undefined ? [] : writeChanges(writer, changes)),
    ...writeJourney(writer, map, stepName),
    ...writeEvents(writer, stepName),
    ...writeMatrix(writer),
    ...writeStatuses(writer),
    ...writeOwners(writer),
    ...writeWeeks(writer),
    ...writeRisks(writer),
    ...writeBaseline(writer),
    ...writeAppendix(writer),
  ];
  blocks.push(...writeOrderLists(writer));
  return [...blocks, ...wordsWithoutPlace(writer, blocks)];
}

/** What people typed about rows and roles that are no longer there: nothing that was typed is lost. */
function wordsWithoutPlace(writer: PlanWriter, blocks: readonly Block[]): Block[] {
  const { names, comments } = writer.plan.people;
  const shown = new Set(blocks.flatMap(slotsOf));
  const left = (typed: Readonly<Record<string, string>>): string[] =>
    Object.keys(typed).filter((id) => !shown.has(id));
  const [leftNames, leftComments] = [left(names), left(comments)];
  if (leftNames.length + leftComments.length === 0) return [];
  return [
    {
      kind: 'heading',
      level: 3,
      anchor: 'kept',
      text: writer.say(
        'Typed before, about what is no longer in the plan',
        'Früher eingetragen, zu dem, was nicht mehr im Plan steht',
      ),
    },
    {
      kind: 'list',
      ordered: false,
      items: leftNames.map((id): Line => [{ code: id }, ': ', writer.name(id, '')]),
    },
    ...leftComments.flatMap((id): Block[] => [{ kind: 'text', line: [{ code: id }] }, writer.comment(id)]),
  ];
}

/** Where people may type in a block. */
function slotsOf(block: Block): string[] {
  switch (block.kind) {
    case 'comment':
      return [block.id];
    case 'text':
      return slotsOfLine(block.line);
    case 'list':
      return block.items.flatMap(slotsOfLine);
    case 'table':
      return block.rows.flatMap(({ cells }) => cells.flatMap(slotsOfLine));
    default:
      return [];
  }
}

const slotsOfLine = (line: Line): string[] =>
  piecesOf(line).flatMap((piece) => (typeof piece === 'object' && 'slot' in piece ? [piece.slot] : []));
