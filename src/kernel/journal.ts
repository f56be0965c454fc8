/**
 * The ledger as a balanced hledger journal, so that someone else's program can check every balance.
 *
 * Each account of an order is `open:<control>:<order>`: the left side of the control posts plus, the right side
 * minus; the counter-accounts are `seen:<control>:left` and `:right`. What is still open is the balance of
 * `open:`. Money is in its currency, goods in units of their SKU.
 */
import { byText } from './by-text.ts';
import type { AccountPosting, OrderState } from './order-state.ts';
import { formatDecimal } from './money.ts';

/** Journal text of some orders, in order of time. Empty when nothing was posted. */
export function journalOf(states: readonly OrderState[]): string {
  const entries: { at: string; fact: string; text: string }[] = [];
  for (const state of states) {
    for (const account of state.accounts) {
      for (const side of ['left', 'right'] as const) {
        for (const posting of account.postings[side]) {
          entries.push({
            at: posting.at,
            fact: posting.fact,
            text: entryText(state, account.control, side, posting),
          });
        }
      }
    }
  }
  entries.sort((a, b) => byText(a.at, b.at) || byText(a.fact, b.fact) || byText(a.text, b.text));
  const commodities = [
    ...new Set(states.flatMap((state) => state.accounts.map(() => state.money.currency))),
  ].sort();
  const head = commodities
    .map((currency) => `commodity ${amountText({ amount: 1000 }, currency)}\n`)
    .join('');
  return `; Reentry ledger. Check it with: hledger -f FILE balance open\n${head}\n${entries.map((entry) => entry.text).join('\n')}`;
}

function entryText(
  state: OrderState,
  control: string,
  side: 'left' | 'right',
  posting: AccountPosting,
): string {
  const amount = amountText(posting, state.money.currency);
  const negated = amountText({ ...posting, amount: -posting.amount }, state.money.currency);
  const [open, seen] = side === 'left' ? [amount, negated] : [negated, amount];
  const name = accountName(state.order);
  return `${posting.at.slice(0, 10)} ${plain(state.order)} ${side}  ; ${plain(posting.fact)}
    open:${control}:${name}    ${open}
    seen:${control}:${side}    ${seen}
`;
}

function amountText(posting: { readonly amount: number; readonly sku?: string }, currency: string): string {
  if (posting.sku !== undefined)
    return `${posting.amount} "${posting.sku.replaceAll('"', "'").replaceAll(/[\n;]/g, ' ')}"`;
  return `${formatDecimal({ minor: posting.amount, currency })} ${currency}`;
}

const plain = (text: string): string => text.replaceAll(/[\n;|]/g, ' ');

/** Account names end at two blanks and are split at colons. */
const accountName = (order: string): string => plain(order).replaceAll(/\s+/g, ' ').replaceAll(':', '-');
