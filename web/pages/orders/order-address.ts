/** An order key is `connection/id`; as an address it is two parts, so that no slash has to be escaped. */
export function orderAddress(orderKey: string): { readonly connection: string; readonly id: string } {
  const slash = orderKey.indexOf('/');
  return { connection: orderKey.slice(0, slash), id: orderKey.slice(slash + 1) };
}

export const orderKeyOf = (params: { readonly connection: string; readonly id: string }): string =>
  `${params.connection}/${params.id}`;
