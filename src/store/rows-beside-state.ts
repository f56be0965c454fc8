/**
 * Source of rows of one order for an insert that follows its state: by the state they find the order's shard. `arrays` are
 * the columns after the key, from `$2` on.
 */
export const rowsBesideState = (arrays: string): string =>
  `select s.order_key, n.* from order_states s, unnest(${arrays}) as n where s.order_key = ($1::text[])[1]`;
