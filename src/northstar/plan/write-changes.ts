/** The comparison with the last plan, right after the verdict. */
import { causes } from './causes.ts';
import type { PlanChanges } from './compare-plans.ts';
import type { Block, Line } from './plan-block.ts';
import type { PlanProblem } from './plan.ts';
import type { PlanWriter } from './plan-writer.ts';

const ordersShown = 10;

export function writeChanges(writer: PlanWriter, changes: PlanChanges): Block[] {
  const say = writer.say.bind(writer);
  const { resolved, appeared, stayed } = changes;
  const [gone, fresh] = [writer.amounts(changes.moneyResolved), writer.amounts(changes.moneyAppeared)];
  const [then, today] = [writer.amounts(changes.moneyBefore), writer.amounts(writer.plan.money)];
  const step = ({ before, now }: { readonly before: number; readonly now: number }): string =>
    ` (${before} → ${now})`;
  const cause = (one: PlanChanges['causesGreen'][number]): Line => [
    say('Cause: ', 'Ursache: '),
    writer.words(causes[one.key].because),
    step(one),
  ];
  const check = (one: PlanChanges['controlsGreen'][number]): Line => [
    say('Check: ', 'Abgleich: '),
    writer.control(one.key),
    step(one),
  ];
  const list = (items: readonly Line[]): Block => ({
    kind: 'list',
    ordered: false,
    items: items.length === 0 ? [say('nothing', 'nichts')] : items,
  });
  const orders = (problems: readonly PlanProblem[]): Line => {
    const all = [...new Set(problems.map(({ order }) => order))];
    return all.length === 0 ? say('none', 'keine') : writer.orders(all.slice(0, ordersShown), all.length);
  };
  return [
    {
      kind: 'heading',
      level: 2,
      anchor: 'since',
      text: say(
        `Since the plan of ${writer.day(changes.before)}`,
        `Seit dem Plan vom ${writer.day(changes.before)}`,
      ),
    },
    {
      kind: 'text',
      line: say(
        `Problems gone: ${resolved.length} (${gone}); new: ${appeared.length} (${fresh}); still there: ${stayed}. At stake then: ${then}; now: ${today}.`,
        `Klärfälle weg: ${resolved.length} (${gone}); neu: ${appeared.length} (${fresh}); noch da: ${stayed}. Damals auf dem Spiel: ${then}; jetzt: ${today}.`,
      ),
    },
    { kind: 'heading', level: 3, anchor: 'since-green', text: say('Turned green', 'Grün geworden') },
    list([...changes.causesGreen.map(cause), ...changes.controlsGreen.map(check)]),
    { kind: 'heading', level: 3, anchor: 'since-worse', text: say('Got worse', 'Schlechter geworden') },
    list([
      ...changes.causesWorse.map(cause),
      ...changes.controlsWorse.map(check),
      ...changes.codesNew.map((code): Line => [
        say('New kind of problem: ', 'Neue Art von Klärfall: '),
        writer.code(code),
      ]),
    ]),
    {
      kind: 'text',
      line: [
        say('Orders that left: ', 'Bestellungen, die weg sind: '),
        ...pieces(orders(resolved)),
        say('. New ones: ', '. Neue: '),
        ...pieces(orders(appeared)),
        '.',
      ],
    },
  ];
}

const pieces = (line: Line): Exclude<Line, string> => (typeof line === 'string' ? [line] : line);
