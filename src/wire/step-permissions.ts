/** Which permission each step of the returns desk takes: what the API refuses by, and what the console offers by. */
import type { DeskStep } from '../kernel/desk-step.ts';
import type { Permission } from './roles.ts';

export const stepPermissions: Readonly<Record<DeskStep, Permission>> = {
  'request': 'returns.request', 'withdraw': 'returns.request', 'prove-dispatch': 'returns.request',
  'approve': 'returns.decide', 'reject': 'returns.decide', 'cancel': 'returns.decide', 'expire': 'returns.decide',
  'keep': 'returns.decide', 'exchange': 'returns.decide',
  'receive': 'returns.goods', 'inspect': 'returns.goods', 'release': 'returns.goods', 'write-off': 'returns.goods',
  'send-back': 'returns.goods',
  'refund': 'refunds.agree', 'approve-refund': 'refunds.approve', 'revoke-refund': 'refunds.approve',
  'accept': 'returns.evidence', 'assert': 'returns.evidence', 'match': 'returns.evidence',
}; // prettier-ignore
