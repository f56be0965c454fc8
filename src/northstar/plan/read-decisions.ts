/** At most seven decisions that only people can take, most pressing first. */
import { feedSources, type Feed } from '../../kernel/feeds.ts';
import { valueOn, type Policy } from '../../kernel/policy.ts';
import { amountsOf, shareOf } from './amounts.ts';
import type { Decision, Plan } from './plan.ts';

export const decisionsMax = 7;

type Draft = Pick<
  Plan,
  'asOf' | 'scope' | 'problems' | 'owners' | 'people' | 'matrix' | 'actions' | 'quality' | 'notWatched'
>;

/** Feeds whose absence leaves money or goods unwatched. */
const wanted: readonly Feed[] = [
  'gateway',
  'receipts',
  'erpStock',
  'creditNotes',
  'shopRefunds',
  'payouts',
  'carrier',
  'cases',
];

/** Silence about fewer of the returns than this is a special kind of order, not a missing connection. */
const silentShare = 0.2;

export function readDecisions(plan: Draft, policy: Policy): Decision[] {
  const { scope, problems, asOf } = plan;
  const list: Decision[] = [];
  const gone = problems.filter(({ kind, minor }) => kind === 'gone' && minor > 0);
  if (gone.length > 0) {
    list.push({
      id: 'recover',
      decides: 'finance',
      text: {
        en: 'Money that has gone: ask for it back, or write it off, order by order.',
        de: 'Verlorenes Geld: zurückfordern oder ausbuchen, Bestellung für Bestellung.',
      },
      orders: shareOf(
        gone.map(({ order }) => order),
        scope.returns,
      ),
      money: amountsOf(gone),
    });
  }
  const nameless = plan.owners.filter((owner) => plan.people.names[`${owner}.owner`] === undefined);
  if (nameless.length > 0) {
    const names = nameless.join(', ');
    list.push({
      id: 'owners',
      decides: 'management',
      text: {
        en: `Name one person and a deputy for each of: ${names}. Until then their problems are a team's, and so nobody's.`,
        de: `Je eine Person und eine Vertretung benennen für: ${names}. Bis dahin gehören deren Klärfälle einem Team, also niemandem.`,
      },
    });
  }
  if (scope.policyFile === undefined) {
    list.push({
      id: 'policy',
      decides: 'management',
      text: {
        en: "Write down how this shop works (policy file): what gives a right to the money, who owns the shop's stock figure, how refunds reach the books. Until then cautious defaults hold.",
        de: 'Festhalten, wie dieser Shop arbeitet (Richtliniendatei): was zum Geld berechtigt, wer den Shopbestand führt, wie Erstattungen in die Bücher kommen. Bis dahin gelten vorsichtige Vorgaben.',
      },
    });
  } else if (valueOn(policy.stockAuthority, asOf) === 'unset') {
    list.push({
      id: 'stock-authority',
      decides: 'ops',
      text: {
        en: "Who owns the shop's stock figure: the shop, or the ERP that overwrites it? Shop stock is not watched before that is said.",
        de: 'Wer führt den Shopbestand: der Shop, oder das ERP, das ihn überschreibt? Vorher wird er nicht überwacht.',
      },
    });
  }
  const shorter = plan.matrix.filter(({ proposal }) => proposal.why === 'shortened');
  const slow = plan.matrix.filter(({ proposal }) => proposal.why === 'kept-slow');
  if (shorter.length > 0) {
    const rows = shorter.map(({ control }) => control).join(', ');
    list.push({
      id: 'terms',
      decides: 'management',
      text: {
        en: `Accept the proposed terms of ${shorter.length} rows of the matrix (${rows}), from a date.`,
        de: `Die vorgeschlagenen Fristen von ${shorter.length} Zeilen der Matrix annehmen (${rows}), ab einem Datum.`,
      },
    });
  }
  if (slow.length > 0) {
    const rows = slow.map(({ control }) => control).join(', ');
    list.push({
      id: 'slow',
      decides: 'management',
      text: {
        en: `Work is slower than its term in: ${rows}. More hands, or a longer term that is said aloud?`,
        de: `Die Arbeit ist langsamer als ihre Frist bei: ${rows}. Mehr Hände, oder eine längere Frist, die man ausspricht?`,
      },
    });
  }
  const silent = wanted.filter((feed) =>
    plan.notWatched.some(
      ({ missing, returns }) => missing.includes(feed) && returns >= scope.returns * silentShare,
    ),
  );
  if (silent.length > 0) {
    const text = (language: 'en' | 'de'): string =>
      silent.map((feed) => feedSources[feed][language]).join('; ');
    list.push({
      id: 'feeds',
      decides: 'management',
      text: {
        en: `Connect, or accept as not watched: ${text('en')}.`,
        de: `Anbinden, oder als nicht überwacht hinnehmen: ${text('de')}.`,
      },
    });
  }
  if (plan.actions.some(({ cause }) => cause === 'two-hands')) {
    list.push({
      id: 'one-payout-path',
      decides: 'finance',
      text: {
        en: 'Who may refund, and where: one payout path per shop.',
        de: 'Wer darf wo erstatten: ein Auszahlungsweg je Shop.',
      },
    });
  }
  const orphans = plan.quality.find(({ id }) => id === 'orphans');
  if (orphans !== undefined && orphans.value > 0) {
    list.push({
      id: 'orphans',
      decides: 'ops',
      text: {
        en: `Give ${orphans.value} records their order, or say that they are none of this shop's.`,
        de: `${orphans.value} Belegen ihre Bestellung geben, oder sagen, dass sie nicht zu diesem Shop gehören.`,
      },
    });
  }
  if (valueOn(policy.goodwillCap, asOf) === undefined) {
    list.push({
      id: 'goodwill',
      decides: 'finance',
      text: {
        en: 'Up to which amount may support refund as goodwill without a reason? No cap is set.',
        de: 'Bis zu welchem Betrag darf der Support aus Kulanz ohne Begründung erstatten? Es ist keine Grenze gesetzt.',
      },
    });
  }
  return list.slice(0, decisionsMax);
}
