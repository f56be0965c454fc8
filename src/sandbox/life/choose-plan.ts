/** Decides how a return will go: cleanly in one of several ways, or as one of the stories. */
import type { Random } from '../random.ts';
import type { Units } from './order-record.ts';
import type { ReturnPlan } from './return-plan.ts';
import { cleanPlan, refundOf } from './return-plan.ts';
import type { Story } from './stories.ts';
import { stories } from './stories.ts';

export type Choice = { readonly kind: string; readonly plan: ReturnPlan; readonly story: Story | undefined };

/** Stories that only a return of the whole order can tell. */
const wholeOrderStories = new Set(['refund-without-lines', 'refund-rounding-residue']);

const total = (units: Units): number => Object.values(units).reduce((sum, count) => sum + count, 0);

/** Some of the order's units: one line, from one unit to all of it. */
function someUnits(ordered: Units, random: Random): Units {
  const sku = random.pick(Object.keys(ordered));
  return { [sku]: random.int(1, ordered[sku] ?? 1) };
}

function chooseClean(ordered: Units, random: Random): Choice {
  const inspected = random.chance(0.35);
  const some = someUnits(ordered, random);
  const full = cleanPlan(ordered, true, inspected);
  const partial = total(some) === total(ordered) ? full : cleanPlan(some, false, inspected);
  const sku = Object.keys(some)[0] ?? '';
  const count = some[sku] ?? 1;
  const choices: readonly (Choice & { readonly weight: number; readonly fits: boolean })[] = [
    { kind: 'clean-full', plan: full, weight: 3, fits: true, story: undefined },
    { kind: 'clean-partial', plan: partial, weight: 4, fits: true, story: undefined },
    {
      kind: 'clean-damaged',
      plan: {
        ...partial,
        damaged: partial.announced,
        refunds: partial.refunds.map((refund) => ({ ...refund, restock: false })),
      },
      weight: 2,
      fits: true,
      story: undefined,
    },
    {
      kind: 'clean-mixed-damage',
      plan: {
        ...cleanPlan({ [sku]: 2 }, false, inspected),
        damaged: { [sku]: 1 },
        refunds: [refundOf({ [sku]: 1 }), refundOf({ [sku]: 1 }, { restock: false })],
      },
      weight: 1,
      fits: count >= 2 && total(ordered) > 2,
      story: undefined,
    },
    {
      kind: 'clean-backorder',
      plan: { ...cleanPlan(some, false, false), received: { [sku]: count - 1 }, rest: 'second parcel' },
      weight: 1,
      fits: count >= 2 && total(some) < total(ordered),
      story: undefined,
    },
    {
      kind: 'clean-wait',
      plan: { ...partial, slowDays: random.int(5, 9) },
      weight: 1,
      fits: true,
      story: undefined,
    },
    {
      kind: 'clean-reject',
      plan: { ...partial, approved: false, rejected: true },
      weight: 1,
      fits: true,
      story: undefined,
    },
  ];
  return random.weighted(choices.filter((choice) => choice.fits));
}

/** `allowed`: codes that may be planted; undefined for all. `others`: SKUs that are not on the order. */
export function choosePlan(
  ordered: Units,
  others: readonly string[],
  random: Random,
  options: { storyRate: number; stories: readonly string[] | undefined },
): Choice {
  if (!random.chance(options.storyRate)) return chooseClean(ordered, random);
  const allowed = stories.filter((story) => options.stories?.includes(story.code) ?? true);
  for (let tries = 0; tries < 20 && allowed.length > 0; tries += 1) {
    const story = random.weighted(allowed);
    const whole = random.chance(0.25) || wholeOrderStories.has(story.code);
    const some = someUnits(ordered, random);
    const base =
      whole || total(some) === total(ordered)
        ? cleanPlan(ordered, true, false)
        : cleanPlan(some, false, random.chance(0.3));
    const plan = story.change(base, random, { ordered, others });
    if (plan !== undefined) return { kind: 'story', plan, story };
  }
  return chooseClean(ordered, random);
}
