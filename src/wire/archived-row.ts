/** What files of the archive hold, and how they are asked. */

/** A row as it lies in a file. */
export type ArchivedRow = {
  readonly orderKey: string;
  readonly part: 'state' | 'fact' | 'record';
  /** Key of the record; of a state that of nothing. */
  readonly objectKey: string;
  /** Of a fact its id, of a record the hash of its content (hex). */
  readonly id: string;
  /** The other columns, JSON. */
  readonly head: string;
  /** JSON. */
  readonly body: string;
};

export type ArchiveQuery = { readonly orders: readonly string[] } | { readonly records: readonly string[] };
