/** Which ways of the map stand out. A filter fades, it never moves anything. */
import { z } from 'zod';
import type { JourneyEdge } from '../../api/plan.ts';

export const journeyFilterSchema = z.object({
  least: z.coerce.number().int().min(2).exactOptional(),
  show: z.enum(['agreed', 'outside']).exactOptional(),
});
export type JourneyFilter = {
  readonly least?: string | undefined;
  readonly show?: string | undefined;
};

export const edgeId = ({ from, to }: Pick<JourneyEdge, 'from' | 'to'>): string => `${from}>${to}`;

export function isShown(edge: JourneyEdge, { least, show }: JourneyFilter): boolean {
  if (least !== undefined && edge.count < Number(least)) return false;
  return show === undefined || (show === 'agreed') === edge.agreed;
}
