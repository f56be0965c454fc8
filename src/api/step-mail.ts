/** The mail that tells a customer of a step, whoever made it: queued in the transaction of the decision. */
import type { MadeDecision, OpenOrder } from '../engine/decide-order.ts';
import { endOf } from '../engine/expire-returns.ts';
import { findAddressee } from '../engine/notices/find-addressee.ts';
import { languageOf, queueCustomerMail } from '../engine/notices/queue-customer-mail.ts';
import type { TemplateName, TemplateValues } from '../engine/notices/customer-templates.ts';
import { legalDay } from '../kernel/desk-return.ts';
import type { Fact } from '../kernel/fact.ts';
import type { Policy } from '../kernel/policy.ts';
import type { Language } from '../kernel/wording.ts';
import type { Runner } from '../store/database.ts';
import type { ApiContext } from './api-config.ts';
import { customerAddress, linkLifeMs, makeCustomerToken } from './customer/customer-link.ts';
import { longDate, longTime } from './customer/customer-order.ts';
import { withdrawalStatement } from './customer/withdrawal-statement.ts';

const templates: Readonly<Record<string, TemplateName>> = {
  request: 'request-received', withdraw: 'withdrawal-received', approve: 'return-approved', reject: 'return-rejected',
  expire: 'return-expired',
}; // prettier-ignore

/** Queues what the customer is told of a step; undefined where nothing is told, or nobody knows whom. */
export async function mailOfStep(
  api: ApiContext,
  order: OpenOrder,
  step: string,
  { why, by }: { readonly why?: string | undefined; readonly by?: string } = {},
): Promise<((tx: Runner, decided: MadeDecision) => Promise<void>) | undefined> {
  const template = templates[step];
  const addressee =
    template === undefined ? undefined : await findAddressee(api.db, api.config.seal, order.state.orderKey);
  if (template === undefined || addressee === undefined) return undefined;
  const { seal, publicUrl } = api.config;
  const { state, policy } = order;
  const language = languageOf(state.positions.home?.language);
  const token = makeCustomerToken(seal, state.orderKey, api.clock() + linkLifeMs);
  return async (tx, decided) => {
    const units = unitsOf(order, decided.facts);
    const values: TemplateValues = {
      order: state.order, time: longTime(decided.at, language, policy.zone), link: customerAddress(publicUrl, token),
      items: units.map((unit) => `${unit.quantity} × ${unit.name}`).join(', '),
      ...(decided.rma !== undefined && { rma: decided.rma }), ...(policy.shopName !== undefined && { shop: policy.shopName }),
      ...(why !== undefined && { reason: why }), ...(step === 'approve' && sendBy(policy, decided.at, language)),
      ...(step === 'withdraw' && {
        content: withdrawalStatement({ order: state.order, units, email: addressee.email, ...(addressee.name !== undefined && { name: addressee.name }) }, language),
        legalDate: longDate(legalDay(decided.at, policy.zone), language, policy.zone),
      }),
    }; // prettier-ignore
    await queueCustomerMail(tx, seal, {
      orderKey: state.orderKey, template, language: state.positions.home?.language, values, to: addressee.email,
      onceKey: `${step}/${decided.entryId}`, ...(by !== undefined && { madeBy: by }),
    }); // prettier-ignore
  };
}

/** The last day to send the goods, where the return ends by itself after it. */
function sendBy(policy: Policy, at: string, language: Language): TemplateValues {
  const end = endOf(policy, at);
  return end === undefined ? {} : { date: longDate(end.on, language, policy.zone) };
}

/** Units that a decision names, each item once. */
export function unitsOf(
  order: OpenOrder,
  facts: readonly Fact[],
): { name: string; sku: string; quantity: number }[] {
  const units = new Map<string, number>();
  for (const fact of facts) {
    const isAsked = fact.type === 'return.requested' || fact.type === 'withdrawal.declared';
    const isDecided = fact.type === 'return.approved' || fact.type === 'return.rejected';
    if (!isAsked && !(isDecided && !facts.some((one) => one.type === 'return.requested'))) continue;
    if (fact.sku !== undefined) units.set(fact.sku, (units.get(fact.sku) ?? 0) + (fact.quantity ?? 0));
  }
  return [...units].map(([sku, quantity]) => ({
    sku,
    quantity,
    name: order.state.positions.items.get(sku)?.name ?? sku,
  }));
}
