/**
 * Which sale does each credit undo? Reads files of invoice lines and matches every credit line to the sale lines
 * it takes back (DESIGN 3.5).
 *
 *     const report = await reconcileCredits('invoices.csv.gz', mapping);
 *     process.stdout.write(renderCreditReport(report));
 */
import type {
  Claim,
  MatchCandidate,
  MatchDecision,
  MatchItem,
  MatchOutcome,
  MatchPolicy,
  RefusedDecision,
} from '../kernel/match-item.ts';
import { matchItems } from '../kernel/match-items.ts';
import { addMinor } from '../kernel/money.ts';
import type { BalanceSheet } from './finding.ts';
import { readSales, type SalesLine } from './read-sales.ts';
import { findKind, parseSalesMapping, type SalesMapping } from './sales-mapping.ts';
import { classifyByRule, ruleClasses, type RuleClass } from './rule-classes.ts';

/** Lines, units and money of a group; units and money with the sign of the file. */
export type Sum = { readonly lines: number; readonly units: number; readonly minor: number };

/** One credit line and where it ended. */
export type CreditLine = {
  readonly line: SalesLine;
  readonly status: MatchOutcome['status'];
  readonly why: MatchOutcome['why'];
  /** One sentence with sale, quantity and price. */
  readonly explanation: string;
  /** Sale lines it takes back, by line id; empty unless matched. */
  readonly claims: readonly Claim[];
  /** What the plain rule of `rule-classes.ts` says about it. */
  readonly byRule: RuleClass;
  readonly outcome: MatchOutcome;
};

export type WriteOff = { readonly reason: string } & Sum;

export type CreditReport = {
  readonly mapping: string;
  readonly currency: string;
  readonly files: readonly BalanceSheet[];
  /** Every kept line is in exactly one of these; `total` is their sum. */
  readonly totals: {
    readonly sales: Sum;
    readonly credits: Sum;
    readonly adjustments: Sum;
    readonly writeOffs: Sum;
    readonly stockFound: Sum;
    readonly freeOfCharge: Sum;
    readonly total: Sum;
  };
  readonly creditDocuments: number;
  readonly credits: readonly CreditLine[];
  /** Credits by what they are about (goods, fee, discount …) and where they ended. */
  readonly byKind: readonly {
    readonly kind: SalesLine['kind'];
    readonly status: MatchOutcome['status'];
    readonly sum: Sum;
  }[];
  /** The plain rule beside the matcher: lines per class of the rule and outcome. */
  readonly byRule: readonly {
    readonly rule: RuleClass;
    readonly lines: number;
    readonly matched: number;
    readonly ambiguous: number;
    readonly orphan: number;
    /** Reasons of those that ended otherwise than the rule would have it, with counts. */
    readonly why: Readonly<Record<string, number>>;
  }[];
  readonly writeOffs: readonly WriteOff[];
  /** Item codes that no rule of the mapping names, with how often they occur. */
  readonly unmapped: readonly { readonly sku: string; readonly lines: number }[];
  readonly refused: readonly RefusedDecision[];
};

export type ReconcileOptions = {
  readonly decisions?: readonly MatchDecision[];
  readonly policy?: Partial<MatchPolicy>;
};

/**
 * Reads `paths` (CSV, also gzipped) and matches their credits. `mapping` is the parsed JSON of a mapping file with
 * a `sales` part. Throws MappingError where the mapping does not fit the file, and the file system's errors.
 */
export async function reconcileCredits(
  paths: string | readonly string[],
  mapping: unknown,
  options: ReconcileOptions = {},
): Promise<CreditReport> {
  const parsed = parseSalesMapping(mapping);
  const { lines, sheets } = await readSales(typeof paths === 'string' ? [paths] : paths, parsed);
  return { ...reconcileLines(lines, parsed, options), files: sheets };
}

/** The same on lines already read. Pure. */
export function reconcileLines(
  lines: readonly SalesLine[],
  mapping: SalesMapping,
  options: ReconcileOptions = {},
): Omit<CreditReport, 'files'> {
  const groups = groupLines(lines);
  const { currency } = mapping.file;
  const items = groups.credits.filter((line) => line.quantity < 0).map((line) => toItem(line, currency));
  // Most of what was sold never comes back: only sales of items that did, or that people named, are candidates.
  const named = new Set(
    options.decisions
      ?.flatMap((each) => (each.kind === 'match' ? each.claims : []))
      .map(({ candidate }) => candidate),
  );
  const skus = new Set(items.map(({ sku }) => sku));
  const sales = groups.sales.filter(
    (line) => line.quantity > 0 && (skus.has(line.sku) || named.has(line.id)),
  );
  const candidates = sales.map((line) => toCandidate(line, currency));
  const recordsFrom = groups.sales.reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY);
  const result = matchItems({ measure: 'units', items, candidates, recordsFrom, ...options });

  const outcomes = new Map(result.outcomes.map((outcome) => [outcome.item, outcome]));
  const byId = new Map(sales.map((line) => [line.id, line]));
  const rules = classifyByRule(groups.credits, groups.sales);
  const credits = groups.credits.map((line): CreditLine => {
    const outcome = outcomes.get(line.id) ?? notNegative(line);
    return {
      line,
      status: outcome.status,
      why: outcome.why,
      explanation: explain(line, outcome, byId),
      claims: outcome.claims,
      byRule: rules.get(line.id)!,
      outcome,
    };
  });
  return {
    mapping: mapping.name,
    currency,
    totals: {
      sales: sumOf(groups.sales),
      credits: sumOf(groups.credits),
      adjustments: sumOf(groups.adjustments),
      writeOffs: sumOf(groups.writeOffs),
      stockFound: sumOf(groups.stockFound),
      freeOfCharge: sumOf(groups.freeOfCharge),
      total: sumOf(lines),
    },
    creditDocuments: new Set(groups.credits.map((line) => line.document)).size,
    credits,
    byKind: countKinds(credits),
    byRule: countRules(credits),
    writeOffs: countReasons(groups.writeOffs, mapping),
    unmapped: countUnmapped(lines),
    refused: result.refused,
  };
}

type Groups = Record<
  'sales' | 'credits' | 'adjustments' | 'writeOffs' | 'stockFound' | 'freeOfCharge',
  SalesLine[]
>;

/**
 * A line at price 0 sells nothing: negative it writes stock off; positive it is stock found where it names no
 * customer, else a gift to one. A gift can still come back, so it stays a candidate for credits at price 0 only
 * by being none: nobody credits nothing.
 */
function groupLines(lines: readonly SalesLine[]): Groups {
  const groups: Groups = {
    sales: [], credits: [], adjustments: [], writeOffs: [], stockFound: [], freeOfCharge: [],
  }; // prettier-ignore
  for (const line of lines) {
    if (line.documentKind === 'credit') groups.credits.push(line);
    else if (line.documentKind === 'adjustment') groups.adjustments.push(line);
    else if (line.unitPrice !== 0) groups.sales.push(line);
    else if (line.quantity < 0) groups.writeOffs.push(line);
    else if (line.customer === undefined) groups.stockFound.push(line);
    else groups.freeOfCharge.push(line);
  }
  return groups;
}

function toItem(line: SalesLine, currency: string): MatchItem {
  return {
    id: line.id,
    document: line.document,
    sku: line.sku,
    quantity: -line.quantity,
    unitPrice: line.unitPrice,
    currency,
    at: line.at,
    ...(line.customer === undefined ? {} : { customer: line.customer }),
  };
}

function toCandidate(line: SalesLine, currency: string): MatchCandidate {
  return {
    id: line.id,
    document: line.document,
    sku: line.sku,
    quantity: line.quantity,
    unitPrice: line.unitPrice,
    currency,
    at: line.at,
    ...(line.customer === undefined ? {} : { customer: line.customer }),
  };
}

/** A credit document may hold a line that takes nothing back; it has no sale to look for. */
function notNegative(line: SalesLine): MatchOutcome {
  return {
    item: line.id, status: 'orphan', why: 'no-candidate', claims: [], score: 0, margin: 0, evidence: [], candidates: [],
  }; // prettier-ignore
}

/** A unit price of millionths as people write it: at least two digits after the point. */
export function priceText(micros: number): string {
  const text = (Math.abs(micros) / 1_000_000).toFixed(6).replace(/0{1,4}$/, '');
  return micros < 0 ? `-${text}` : text;
}

function explain(line: SalesLine, outcome: MatchOutcome, byId: ReadonlyMap<string, SalesLine>): string {
  const wanted = `${-line.quantity} × ${line.sku} at ${priceText(line.unitPrice)}`;
  const sale = (claim: Claim): string => {
    const sold = byId.get(claim.candidate)!;
    const price = sold.unitPrice === line.unitPrice ? 'the same price' : `${priceText(sold.unitPrice)}`;
    return `${claim.quantity} of ${sold.quantity} on ${sold.document} (row ${sold.row}), sold at ${price}`;
  };
  const reasons = outcome.evidence.map(({ text }) => text).join(', ');
  switch (outcome.status) {
    case 'matched': {
      const by = outcome.by === undefined ? reasons : `decided by ${outcome.by}`;
      return `${wanted}: ${outcome.claims.map(sale).join('; ')}. ${by}.`;
    }
    case 'ambiguous': {
      const [best] = outcome.candidates;
      const first = best === undefined ? '' : `; first: ${best.claims.map(sale).join('; ')}`;
      const many = outcome.candidates.length;
      return `${wanted}: ${whyText[outcome.why]}, ${many} candidate${many === 1 ? '' : 's'}${first}.`;
    }
    case 'orphan': {
      const who =
        line.customer === undefined ? 'no customer is named and nobody' : `customer ${line.customer} never`;
      return outcome.why === 'decided'
        ? `${wanted}: decided by ${outcome.by} to have no sale here.`
        : `${wanted}: ${who} bought this before in these files${line.customer === undefined ? ' at this price' : ''}.`;
    }
  }
}

const whyText: Readonly<Record<MatchOutcome['why'], string>> = {
  'only-candidate': 'only one candidate',
  'clear-margin': 'one candidate is far ahead',
  'by-elimination': 'the others are needed elsewhere',
  decided: 'decided by a person',
  several: 'several sales fit',
  contested: 'other credits claim the same units',
  'price-differs': 'sold at another price',
  'too-little-left': 'no sale has that many units left',
  weak: 'one sale fits, but not well enough',
  'too-many-combinations': 'too many ways to combine',
  'no-candidate': 'no earlier sale',
};

function sumOf(lines: readonly SalesLine[]): Sum {
  let units = 0;
  let minor = 0;
  for (const line of lines) {
    units += line.quantity;
    minor = addMinor(minor, line.amount);
  }
  return { lines: lines.length, units, minor };
}

function countKinds(credits: readonly CreditLine[]): CreditReport['byKind'] {
  const groups = Map.groupBy(credits, ({ line, status }) => `${line.kind} ${status}`);
  return [...groups]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, lines]) => ({
      kind: lines[0]!.line.kind,
      status: lines[0]!.status,
      sum: sumOf(lines.map(({ line }) => line)),
    }));
}

function countRules(credits: readonly CreditLine[]): CreditReport['byRule'] {
  const expected: Readonly<Record<RuleClass, MatchOutcome['status']>> = {
    'one-sale': 'matched',
    'several-sales': 'ambiguous',
    'none-exact': 'ambiguous',
    'no-earlier-sale': 'orphan',
    'no-customer': 'orphan',
  };
  return ruleClasses.map((rule) => {
    const lines = credits.filter((credit) => credit.byRule === rule);
    const count = (status: MatchOutcome['status']): number =>
      lines.filter((line) => line.status === status).length;
    const why: Record<string, number> = {};
    for (const line of lines) {
      if (line.status === expected[rule]) continue;
      const reason = `${line.status}: ${line.why}`;
      why[reason] = (why[reason] ?? 0) + 1;
    }
    return {
      rule,
      lines: lines.length,
      matched: count('matched'),
      ambiguous: count('ambiguous'),
      orphan: count('orphan'),
      why,
    };
  });
}

function countReasons(lines: readonly SalesLine[], mapping: SalesMapping): WriteOff[] {
  const reasonOf = (line: SalesLine): string =>
    line.text === '' ? 'no reason given' : (findKind(mapping.writeOffs, line.text) ?? 'other words');
  return [...Map.groupBy(lines, reasonOf)]
    .sort(([, left], [, right]) => right.length - left.length)
    .map(([reason, group]) => ({ reason, ...sumOf(group) }));
}

function countUnmapped(lines: readonly SalesLine[]): CreditReport['unmapped'] {
  const unmapped = lines.filter((line) => line.kind === 'unmapped');
  return [...Map.groupBy(unmapped, (line) => line.sku)]
    .map(([sku, group]) => ({ sku, lines: group.length }))
    .sort((left, right) => right.lines - left.lines || (left.sku < right.sku ? -1 : 1));
}
