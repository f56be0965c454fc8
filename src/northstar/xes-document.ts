/** An XES log with everything in it: what `convert` carries from file to file. Values stay text, as written. */
export type XesAttribute = {
  /** `values` is the wrapper inside a list; it has no key and no value. */
  readonly type: XesType;
  readonly key: string;
  readonly value: string | undefined;
  readonly children: readonly XesAttribute[];
};

export const xesTypes = [
  'string',
  'date',
  'int',
  'float',
  'boolean',
  'id',
  'list',
  'container',
  'values',
] as const;
export type XesType = (typeof xesTypes)[number];

export type XesTrace = { readonly attributes: readonly XesAttribute[]; readonly events: readonly XesEvent[] };
export type XesEvent = readonly XesAttribute[];

export type XesDocument = {
  /** Attributes of the `<log>` tag itself: version, features, namespace. */
  readonly header: Readonly<Record<string, string>>;
  readonly extensions: readonly Readonly<Record<string, string>>[];
  readonly globals: readonly { readonly scope: string; readonly attributes: readonly XesAttribute[] }[];
  readonly classifiers: readonly Readonly<Record<string, string>>[];
  readonly attributes: readonly XesAttribute[];
  readonly traces: readonly XesTrace[];
  /** Events that belong to no trace: allowed, rare. */
  readonly orphans: readonly XesEvent[];
};

export function isXesType(name: string): name is XesType {
  return (xesTypes as readonly string[]).includes(name);
}
