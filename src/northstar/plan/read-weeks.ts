/** Week by week: watch, suggest, approve, automate. Every entry and exit test is computed from the data. */
import { ordersOf } from './amounts.ts';
import { causeOfCode } from './causes.ts';
import type { Plan, Test, Week, Words } from './plan.ts';

type Draft = Pick<
  Plan,
  'scope' | 'matrix' | 'owners' | 'people' | 'problems' | 'quality' | 'actions' | 'needsSomeone'
>;

const casesMin = 30;
/** A control has proved itself when it held in this share of at least 30 cases. */
export const provedShare = 0.95;
const readyShare = 0.8;
const oldDays = 10;
const dayMs = 86_400_000;

export function readWeeks(plan: Draft, asOf: string): Week[] {
  const { matrix, problems, scope } = plan;
  const clearing = matrix.filter(({ kind }) => kind === 'clearing');
  const watched = clearing.filter((row) => row.watched !== 'no');
  const atLeast = (share: number) =>
    watched.filter(({ rate }) => rate.of >= casesMin && rate.n / rate.of >= share);
  const measured = watched.filter(({ rate }) => rate.of >= casesMin);
  const ready = atLeast(readyShare);
  const proved = atLeast(provedShare);
  const valueOf = (id: string): number => plan.quality.find((one) => one.id === id)?.value ?? 0;
  const named = plan.owners.filter((owner) => plan.people.names[`${owner}.owner`] !== undefined).length;
  const old = problems.filter(({ since }) => Date.parse(asOf) - Date.parse(since) > oldDays * dayMs);
  const gone = problems.filter(({ kind, minor }) => kind === 'gone' && minor > 0);
  const topCause = problems.filter(({ code }) => causeOfCode[code].cause === plan.actions[0]?.cause);
  const roles = new Set(scope.connections.map(({ system }) => system));
  const ids = (rows: readonly { readonly control: Week['controls'][number] }[]): Week['controls'] =>
    rows.map(({ control }) => control);

  const connected = test(
    'systems',
    say(
      'shop, ERP and one of gateway or helpdesk are read',
      'Shop, ERP und Anbieter oder Helpdesk werden gelesen',
    ),
    Number(roles.has('shop')) + Number(roles.has('erp')) + Number(roles.has('psp') || roles.has('crm')),
    3,
    'at-least',
    3,
  );
  const unread = test(
    'unread',
    say('values that could not be read', 'unlesbare Werte'),
    valueOf('unread'),
    0,
    'at-most',
  );
  const orphans = test(
    'orphans',
    say('records without an order', 'Belege ohne Bestellung'),
    valueOf('orphans'),
    0,
    'at-most',
  );
  const owners = test(
    'owners',
    say('owners with a name', 'Zuständige mit Namen'),
    named,
    plan.owners.length,
    'at-least',
    plan.owners.length,
  );
  const cases = test(
    'cases',
    say(
      `watched rows with at least ${casesMin} cases`,
      `überwachte Zeilen mit mindestens ${casesMin} Fällen`,
    ),
    measured.length,
    1,
    'at-least',
    watched.length,
  );
  const aged = test(
    'old',
    say(`problems older than ${oldDays} days`, `Klärfälle älter als ${oldDays} Tage`),
    old.length,
    0,
    'at-most',
    problems.length,
    ordersOf(old),
  );
  const lost = test(
    'gone',
    say(
      'problems with money gone that nobody has decided',
      'Klärfälle mit verlorenem Geld ohne Entscheidung',
    ),
    gone.length,
    0,
    'at-most',
    problems.length,
    ordersOf(gone),
  );
  const rows80 = test(
    'ready',
    say(
      'watched rows that hold in 80 % of at least 30 cases',
      'überwachte Zeilen, die in 80 % von mindestens 30 Fällen halten',
    ),
    ready.length,
    1,
    'at-least',
    watched.length,
  );
  const rows95 = test(
    'proved',
    say(
      'watched rows that hold in 95 % of at least 30 cases',
      'überwachte Zeilen, die in 95 % von mindestens 30 Fällen halten',
    ),
    proved.length,
    1,
    'at-least',
    watched.length,
  );
  const broken = test(
    'breaks',
    say('returns that need someone, at most 5 %', 'Retouren, die jemanden brauchen, höchstens 5 %'),
    plan.needsSomeone.n,
    Math.floor(plan.needsSomeone.of * 0.05),
    'at-most',
    plan.needsSomeone.of,
    plan.needsSomeone.orders,
  );
  const top = test(
    'top-action',
    say('open problems of the costliest cause', 'offene Klärfälle der teuersten Ursache'),
    topCause.length,
    0,
    'at-most',
    problems.length,
    ordersOf(topCause),
  );
  return [
    {
      days: '1–7',
      mode: 'watch',
      goal: say(
        'Watch. Every record finds its order, every owner a name; nothing is changed.',
        'Beobachten. Jeder Beleg findet seine Bestellung, jede Zuständigkeit einen Namen; nichts wird geändert.',
      ),
      entry: [connected],
      exit: [unread, orphans, owners],
      controls: ids(watched),
    },
    {
      days: '8–14',
      mode: 'suggest',
      goal: say(
        'Suggest. Fixes are proposed, people make them; the backlog of old problems goes to zero.',
        'Vorschlagen. Korrekturen werden vorgeschlagen, Menschen führen sie aus; der Rückstand geht auf null.',
      ),
      entry: [orphans, owners, cases],
      exit: [aged, lost],
      controls: ids(measured),
    },
    {
      days: '15–21',
      mode: 'approve',
      goal: say(
        'Approve. Fixes are sent after one click; the costliest cause is gone.',
        'Freigeben. Korrekturen gehen nach einem Klick hinaus; die teuerste Ursache ist beseitigt.',
      ),
      entry: [aged, rows80],
      exit: [top],
      controls: ids(ready),
    },
    {
      days: '22–30',
      mode: 'auto',
      goal: say(
        'Automate what has proved itself, and nothing that moves money.',
        'Automatisieren, was sich bewährt hat, und nichts, was Geld bewegt.',
      ),
      entry: [top, rows95],
      exit: [broken],
      controls: ids(proved),
    },
  ];
}

const say = (en: string, de: string): Words => ({ en, de });

function test(
  id: string,
  text: Words,
  value: number,
  need: number,
  direction: Test['direction'],
  of?: number,
  orders?: readonly string[],
): Test {
  const green = direction === 'at-most' ? value <= need : value >= need;
  return {
    id,
    text,
    value,
    ...(of !== undefined && { of }),
    need,
    direction,
    green,
    ...(orders !== undefined && { orders }),
  };
}
