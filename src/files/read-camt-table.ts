/**
 * A CAMT.053 bank statement (ISO 20022, any version) as a table of its entries; one row per transaction where an
 * entry lists several. Columns are ours, in plain words; amounts are positive with `Direction` debit or credit.
 */
import type { Findings } from './finding.ts';
import { parseXml, XmlError } from './parse-xml.ts';
import type { Cell, Table, TableRow } from './table.ts';

export const camtColumns = [
  'Account',
  'Statement',
  'Status',
  'Booking date',
  'Value date',
  'Direction',
  'Amount',
  'Currency',
  'Reversal',
  'Return reason',
  'Bank transaction code',
  'Reference',
  'End-to-end id',
  'Purpose',
  'Counterparty account',
] as const;

type Node = {
  readonly name: string;
  text: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Node[];
};

/** Entries are small; one that is larger than this is no entry. */
const entryNodesMax = 100_000;

export function readCamtTable(source: AsyncIterable<Buffer>, findings: Findings): Table {
  async function* batches(): AsyncGenerator<readonly TableRow[]> {
    let number = 0;
    const head = { account: '', statement: '' };
    const stack: Node[] = [];
    let nodes = 0;
    try {
      for await (const events of parseXml(source)) {
        const rows: TableRow[] = [];
        for (const event of events) {
          const top = stack.at(-1);
          if (event.kind === 'text') {
            if (top !== undefined) top.text += event.text;
          } else if (event.kind === 'open') {
            const node: Node = { name: event.name, text: '', attributes: event.attributes, children: [] };
            // Only what lies inside an entry, or names the account, is kept as a tree.
            if (isKept(stack, event.name)) top!.children.push(node);
            nodes += 1;
            if (nodes > entryNodesMax) throw new XmlError('one entry has more than 100,000 fields', 1);
            stack.push(node);
          } else {
            const node = stack.pop()!;
            const text = node.text.trim();
            const inside = stack.map(({ name }) => name).join('/');
            if (/(?:Stmt|Rpt|Ntfctn)$/.test(inside) && node.name === 'Id') head.statement = text;
            if (/(?:Stmt|Rpt|Ntfctn)$/.test(inside) && node.name === 'Acct')
              head.account = find(node, 'Id')?.trim() ?? '';
            if (node.name !== 'Ntry') continue;
            nodes = 0;
            for (const cells of readEntry(node, head)) {
              number += 1;
              findings.rowsIn += 1;
              rows.push({ row: number, cells });
            }
          }
        }
        if (rows.length > 0) yield rows;
      }
    } catch (error) {
      if (!(error instanceof XmlError)) throw error;
      const message = `The statement is damaged in line ${error.line}: ${error.message}. The ${number} entries before were read; fetch the file again.`;
      findings.add({ code: 'damaged-xml', effect: 'stopped', row: number + 1, message });
    }
  }
  return { kind: 'camt.053', columns: camtColumns, repeated: new Set(), batches: batches() };
}

function isKept(stack: readonly Node[], name: string): boolean {
  return (
    stack.length > 0 &&
    (stack.some((node) => node.name === 'Ntry' || node.name === 'Acct') || name === 'Acct')
  );
}

/** First text at the end of a path of names, wherever the path starts below. */
function find(node: Node, ...path: string[]): string | undefined {
  const [name, ...rest] = path;
  for (const child of node.children) {
    if (child.name === name) {
      if (rest.length > 0) {
        const found = find(child, ...rest);
        if (found !== undefined) return found;
      } else {
        const own = child.text.trim();
        if (own !== '') return own;
      }
    }
    const deeper = find(child, ...path);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

function all(node: Node, name: string): Node[] {
  return node.children.flatMap((child) => (child.name === name ? [child] : all(child, name)));
}

function readEntry(entry: Node, head: { readonly account: string; readonly statement: string }): Cell[][] {
  const amount = entry.children.find((child) => child.name === 'Amt');
  const direction = entry.children.find((child) => child.name === 'CdtDbtInd')?.text.trim();
  const transactions = all(entry, 'TxDtls');
  const parts = transactions.length > 1 ? transactions : [undefined];
  return parts.map((part) => {
    const where = part ?? entry;
    const own = part === undefined ? amount : (part.children.find((child) => child.name === 'Amt') ?? amount);
    const ownDirection = part?.children.find((child) => child.name === 'CdtDbtInd')?.text.trim() ?? direction;
    const reference = find(entry, 'AcctSvcrRef') ?? find(entry, 'NtryRef') ?? null;
    const purpose = [
      ...all(where, 'Ustrd').map((node) => node.text.trim()),
      find(where, 'Strd', 'Ref'),
      find(where, 'AddtlTxInf'),
    ];
    return [
      head.account,
      head.statement,
      find(entry, 'Sts', 'Cd') ?? find(entry, 'Sts') ?? null,
      find(entry, 'BookgDt', 'Dt') ?? find(entry, 'BookgDt', 'DtTm') ?? null,
      find(entry, 'ValDt', 'Dt') ?? find(entry, 'ValDt', 'DtTm') ?? null,
      ownDirection === 'DBIT' ? 'debit' : ownDirection === 'CRDT' ? 'credit' : (ownDirection ?? null),
      own?.text.trim() ?? null,
      own?.attributes['Ccy'] ?? null,
      entry.children.find((child) => child.name === 'RvslInd')?.text.trim() === 'true',
      find(where, 'RtrInf', 'Rsn', 'Cd') ?? find(where, 'RtrInf', 'Rsn', 'Prtry') ?? null,
      [find(entry, 'Domn', 'Cd'), find(entry, 'Domn', 'Fmly', 'Cd'), find(entry, 'SubFmlyCd')]
        .filter(Boolean)
        .join('/') ||
        (find(entry, 'Prtry', 'Cd') ?? null),
      part === undefined
        ? reference
        : (find(part, 'Refs', 'TxId') ?? find(part, 'Refs', 'InstrId') ?? reference),
      find(where, 'EndToEndId') ?? null,
      purpose.filter((text) => text !== undefined && text !== '').join(' ') || null,
      find(where, ownDirection === 'DBIT' ? 'CdtrAcct' : 'DbtrAcct', 'IBAN') ?? null,
    ];
  });
}
