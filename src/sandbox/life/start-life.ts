/** The life of the shop: customers come, orders live their lives, and there is noise. */
import type { Company } from '../company.ts';
import type { Random } from '../random.ts';
import type { Customer } from '../woocommerce/shop-state.ts';
import { createCatalog, type Catalog } from './catalog.ts';
import { newCustomer } from './customers.ts';
import type { LifeSettings } from './live-order.ts';
import { liveOrder } from './live-order.ts';
import type { Noise } from './make-noise.ts';
import { buyStock, makeNoise, noises } from './make-noise.ts';
import type { OrderRecord } from './order-record.ts';

const hourMs = 3_600_000;

export type Life = {
  readonly catalog: Catalog;
  readonly records: readonly OrderRecord[];
  readonly noise: Readonly<Record<string, number>>;
  /** Orders whose story is still going on. */
  running(): number;
  /** No more new orders; those under way go on. */
  stopOrders(): void;
  /** Places this many orders now, beside what comes by itself. */
  addOrders(count: number): Promise<void>;
};

export function startLife(
  company: Company,
  settings: LifeSettings & { readonly ordersPerDay: number },
  random: Random,
): Life {
  const { clock } = company;
  const catalog = createCatalog(company);
  const records: OrderRecord[] = [];
  /** Customers who order again. */
  const regulars: Customer[] = [];
  let customers = 0;
  const noise: Record<string, number> = {};
  let open = true;
  let running = 0;
  let rma = 7100;
  let orders = 0;

  const someone = (): Customer => {
    if (regulars.length > 0 && random.chance(0.25)) return random.pick(regulars);
    customers += 1;
    const customer = newCustomer(company, random, customers);
    if (random.chance(0.3)) regulars.push(customer);
    return customer;
  };

  const nextRma = (): string => {
    rma += 1;
    return `RMA-${rma}`;
  };

  /** Plays one order; each act is a task of its own on the clock. */
  const play = async (): Promise<void> => {
    orders += 1;
    running += 1;
    let record: OrderRecord | undefined;
    const customer = someone();
    const story = liveOrder(
      company,
      catalog,
      { customer, regular: regulars.includes(customer) },
      settings,
      random.fork(`order/${orders}`),
      nextRma,
      (born) => {
        record = born;
        records.push(born);
      },
    );
    const step = async (): Promise<void> => {
      const next = await story.next();
      if (next.done !== true) {
        clock.after(next.value * hourMs + random.int(0, hourMs), step);
        return;
      }
      running -= 1;
      if (record === undefined) return;
      record.finishedAt = clock.now();
      record.open = false;
    };
    await step();
  };

  const gapMs = (): number => (-Math.log(1 - random.next()) * 24 * hourMs) / settings.ordersPerDay;
  const arrive = async (): Promise<void> => {
    if (!open) return;
    await play();
    clock.after(gapMs(), arrive);
  };
  const rustle = (): void => {
    if (!open) return;
    const kind: Noise = random.pick(noises);
    noise[kind] = (noise[kind] ?? 0) + 1;
    makeNoise(company, catalog, kind, random);
    clock.after(random.int(12, 60) * hourMs, rustle);
  };
  const restock = (): void => {
    if (!open) return;
    buyStock(company, catalog);
    clock.after(24 * hourMs, restock);
  };
  if (settings.ordersPerDay > 0) {
    clock.after(gapMs(), arrive);
    clock.after(24 * hourMs, restock);
    clock.after(20 * hourMs, rustle);
  }
  return {
    catalog,
    records,
    noise,
    running: () => running,
    stopOrders: () => {
      open = false;
    },
    async addOrders(count) {
      for (let left = count; left > 0; left -= 1) await play();
    },
  };
}
