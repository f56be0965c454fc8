/** Columns of every list that people take along, in both languages. Times are ISO instants; a currency stands in a column of its own. */
import type { z } from 'zod';
import type { TableColumn } from '../files/write-csv-table.ts';
import type { OrderRow } from '../wire/api-orders.ts';
import type { ProblemRow } from '../wire/api-problems.ts';
import type {
  accountsSchema, adjustmentSchema, marginRowSchema, openAccountSchema, orphanMoneySchema, periodAccountSchema, periodOpenSchema,
} from '../wire/api-finance.ts'; // prettier-ignore

type Titles = { readonly en: string; readonly de: string };
const titled = (en: string, de: string): Titles => ({ en, de });
const money = (minor: number | null, currency: string | null) =>
  minor === null || currency === null ? null : { minor, currency };
/** Units, or an amount of the account's currency. */
const amount = (value: number, { currency }: { readonly currency: string }) =>
  currency === '' ? value : { minor: value, currency };

const currency = {
  title: titled('Currency', 'Währung'),
  value: (row: { readonly currency: string | null }) => row.currency,
};
const number = {
  title: titled('Order', 'Bestellung'),
  value: (row: { readonly number: string | null }) => row.number,
};
const key = {
  title: titled('Order key', 'Schlüssel'),
  value: (row: { readonly orderKey: string }) => row.orderKey,
};
const check = {
  title: titled('Check', 'Abgleich'),
  value: (row: { readonly title: Titles }) => row.title.en,
};
const checkCode = { title: titled('Check code', 'Abgleich (Kennung)'), value: (row: { readonly control: string }) => row.control }; // prettier-ignore

const verdicts: Readonly<Record<OrderRow['verdict'], Titles>> = {
  breaks: titled('needs someone', 'Klärung nötig'),
  incomplete: titled('cannot tell', 'nicht feststellbar'),
  pending: titled('in time', 'im Plan'),
  closed: titled('closed', 'erledigt'),
};

export type Tables = ReturnType<typeof exportTables>;

/** The columns, with texts of data in one language. */
export function exportTables(language: 'en' | 'de') {
  const say = (titles: Titles): string => titles[language];
  const titleOf = { ...check, value: (row: { readonly title: Titles }) => say(row.title) };
  const orders: readonly TableColumn<OrderRow>[] = [
    number, key,
    { title: titled('Shop', 'Shop'), value: (row) => row.connection },
    { title: titled('State', 'Stand'), value: (row) => say(verdicts[row.verdict]) },
    { title: titled('Problem', 'Klärfall'), value: (row) => (row.problem === null ? null : say(row.problem.title)) },
    { title: titled('Owner', 'Zuständig'), value: (row) => row.problem?.owner ?? null },
    { title: titled('Due', 'Fällig'), value: (row) => row.problem?.due ?? null },
    { title: titled('Placed', 'Bestellt'), value: (row) => row.placedAt },
    { title: titled('Paid', 'Bezahlt'), value: (row) => money(row.paidMinor, row.currency) },
    { title: titled('Refunded', 'Erstattet'), value: (row) => money(row.refundedMinor, row.currency) },
    { title: titled('Gone', 'Weg'), value: (row) => money(row.stake.gone, row.currency) },
    { title: titled('Stuck', 'Gebunden'), value: (row) => money(row.stake.stuck, row.currency) },
    { title: titled('Books wrong', 'Falsch gebucht'), value: (row) => money(row.stake.books, row.currency) },
    currency,
  ]; // prettier-ignore
  const problems: readonly TableColumn<ProblemRow>[] = [
    { title: titled('Problem id', 'Kennung'), value: (row) => row.id },
    { title: titled('Order', 'Bestellung'), value: (row) => row.number ?? row.subject },
    { title: titled('Problem', 'Klärfall'), value: (row) => say(row.title) },
    { title: titled('Code', 'Code'), value: (row) => row.code },
    { title: titled('Weight', 'Gewicht'), value: (row) => row.severity },
    { title: titled('Team', 'Team'), value: (row) => row.owner },
    { title: titled('Begun', 'Begonnen'), value: (row) => row.openedAt },
    { title: titled('Due', 'Fällig'), value: (row) => row.dueAt },
    { title: titled('Deadline', 'Frist'), value: (row) => row.deadlineAt },
    { title: titled('Resolved', 'Erledigt'), value: (row) => row.resolvedAt },
    { title: titled('Resolution', 'Begründung'), value: (row) => row.resolution },
    { title: titled('Cause', 'Ursache'), value: (row) => row.cause },
    { title: titled('Gone', 'Weg'), value: (row) => money(row.stake.gone, row.currency) },
    { title: titled('Stuck', 'Gebunden'), value: (row) => money(row.stake.stuck, row.currency) },
    { title: titled('Books wrong', 'Falsch gebucht'), value: (row) => money(row.stake.books, row.currency) },
    currency,
  ]; // prettier-ignore
  const differences: readonly TableColumn<z.output<typeof openAccountSchema>>[] = [
    number, key, titleOf, checkCode,
    { title: titled('Left', 'Links'), value: (row) => amount(row.left, row) },
    { title: titled('Right', 'Rechts'), value: (row) => amount(row.right, row) },
    { title: titled('Difference', 'Differenz'), value: (row) => amount(row.difference, row) },
    { title: titled('Unexplained', 'Unerklärt'), value: (row) => amount(row.unexplained, row) },
    currency,
    { title: titled('Open since', 'Offen seit'), value: (row) => row.sinceAt },
    { title: titled('Because', 'Weil'), value: (row) => row.reasons.map((reason) => say(reason.title)).join('; ') },
  ]; // prettier-ignore
  const orphans: readonly TableColumn<z.output<typeof orphanMoneySchema>>[] = [
    { title: titled('Record', 'Beleg'), value: (row) => row.record },
    { title: titled('Connection', 'Verbindung'), value: (row) => row.connection },
    { title: titled('When', 'Wann'), value: (row) => row.happenedAt },
    { title: titled('Amount', 'Betrag'), value: (row) => row.amount },
    { title: titled('Currency', 'Währung'), value: (row) => row.amount.currency },
    { title: titled('Note', 'Hinweis'), value: (row) => row.note },
  ];
  const accounts: readonly TableColumn<z.output<typeof accountsSchema>['rows'][number]>[] = [
    titleOf, checkCode,
    { title: titled('Left', 'Links'), value: (row) => amount(row.left, row) },
    { title: titled('Right', 'Rechts'), value: (row) => amount(row.right, row) },
    { title: titled('Open left', 'Offen links'), value: (row) => amount(row.openLeft, row) },
    { title: titled('Open right', 'Offen rechts'), value: (row) => amount(row.openRight, row) },
    { title: titled('Unexplained', 'Unerklärt'), value: (row) => amount(row.unexplained, row) },
    currency,
    { title: titled('Orders', 'Bestellungen'), value: (row) => row.orders },
    { title: titled('Open orders', 'Offene Bestellungen'), value: (row) => row.openOrders },
    { title: titled('Oldest', 'Älteste'), value: (row) => row.oldestAt },
  ]; // prettier-ignore
  const margin: readonly TableColumn<z.output<typeof marginRowSchema>>[] = [
    { title: titled('SKU', 'SKU'), value: (row) => row.sku },
    { title: titled('Item', 'Artikel'), value: (row) => row.name },
    { title: titled('Sold', 'Verkauft'), value: (row) => row.sold },
    { title: titled('Back', 'Zurück'), value: (row) => row.received },
    { title: titled('Back in stock', 'Wieder im Bestand'), value: (row) => row.restored },
    { title: titled('Written off', 'Ausgebucht'), value: (row) => row.writtenOff },
    { title: titled('Stayed sold', 'Verkauft geblieben'), value: (row) => row.kept },
    { title: titled('Revenue net', 'Erlös netto'), value: (row) => money(row.netMinor, row.currency) },
    { title: titled('Given back net', 'Erstattet netto'), value: (row) => money(row.refundedNetMinor, row.currency) },
    { title: titled('After returns', 'Nach Retouren'), value: (row) => money(row.revenueMinor, row.currency) },
    { title: titled('Cost', 'Kosten'), value: (row) => money(row.costMinor, row.currency) },
    { title: titled('Margin', 'Marge'), value: (row) => money(row.marginMinor, row.currency) },
    currency,
  ]; // prettier-ignore
  const period: readonly TableColumn<PeriodLine>[] = [
    { title: titled('Part', 'Teil'), value: (row) => say(parts[row.part]) },
    number, titleOf, checkCode,
    { title: titled('Carried in', 'Vortrag'), value: (row) => money(row.opening ?? null, row.currency) },
    { title: titled('Left', 'Links'), value: (row) => money(row.left ?? null, row.currency) },
    { title: titled('Right', 'Rechts'), value: (row) => money(row.right ?? null, row.currency) },
    { title: titled('Balance', 'Saldo'), value: (row) => money(row.balance, row.currency) },
    { title: titled('As signed', 'Unterschrieben'), value: (row) => money(row.signed ?? null, row.currency) },
    currency,
    { title: titled('Because', 'Weil'), value: (row) => (row.reason == null ? null : say(row.reason.title)) },
  ]; // prettier-ignore
  return { orders, problems, differences, orphans, accounts, margin, period };
}

/** A line of a month: an account, an open order, or an adjustment since it was signed. */
export type PeriodLine = {
  readonly part: keyof typeof parts;
  readonly number: string | null;
  readonly title: Titles;
  readonly control: string;
  readonly currency: string;
  readonly opening?: number;
  readonly left?: number;
  readonly right?: number;
  readonly balance: number;
  readonly signed?: number | null;
  readonly reason?: { readonly title: Titles } | null;
};

const parts = {
  account: titled('account', 'Konto'),
  open: titled('open at the end', 'offen am Ende'),
  adjustment: titled('adjustment', 'Anpassung'),
} as const;

/** Everything of a month, one line after another. */
export function periodLines(month: {
  readonly accounts: readonly z.output<typeof periodAccountSchema>[];
  readonly open: readonly z.output<typeof periodOpenSchema>[];
  readonly changes: readonly z.output<typeof adjustmentSchema>[];
}): readonly PeriodLine[] {
  return [
    ...month.accounts.map((row) => ({ ...row, part: 'account' as const, number: null, balance: row.closing, signed: row.signedClosing })),
    ...month.open.map((row) => ({ ...row, part: 'open' as const })),
    ...month.changes.map((row) => ({ ...row, part: 'adjustment' as const, balance: row.now, signed: row.signed })),
  ];
} // prettier-ignore
