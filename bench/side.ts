/**
 * A bench has sides: Reentry, the floor (the least that machine and database need for the same bytes) and peers (what
 * one would take otherwise). Every run of a side is a process of its own, and runs of the sides take turns, so that a
 * machine that gets slower slows all of them.
 */

/** What one run of a side is given. */
export type SideTask = {
  /** Facts, observations or requests: what the bench counts. */
  readonly size: number;
  /** A folder that is the bench's own. */
  readonly folder: string;
  /** An empty database of a server with fsync on; empty text where the bench needs none. */
  readonly databaseUrl: string;
  /** Imports a package that is no dependency of Reentry. */
  readonly importPeer: (name: string) => Promise<unknown>;
};

/** Figures of one run by name: seconds, milliseconds, per second, as the name says. */
export type Figures = Readonly<Record<string, number>>;

export type Side = (task: SideTask) => Promise<Figures>;

export type Role = 'reentry' | 'floor' | 'peer';

export type Bench = {
  readonly name: string;
  /** What is measured, in a sentence. */
  readonly about: string;
  readonly sides: readonly { readonly name: string; readonly role: Role; readonly module: string }[];
  /** How much, as a rule and for growth curves. */
  readonly sizes: { readonly usual: readonly number[]; readonly full: readonly number[] };
  readonly unit: string;
  /** The figure that sides are compared by, and whether more of it is better. */
  readonly figure: string;
  readonly moreIsBetter: boolean;
  readonly usesDatabase?: true;
  readonly runs?: number;
  readonly goals: readonly Goal[];
  /** Why it is as it is: printed below the table. */
  readonly note?: string;
};

export type Goal = {
  readonly text: string;
  /** By size, then side: the medians of all figures. */
  readonly isMet: (medians: Medians) => boolean | undefined;
};

/** Medians by size, side and figure. */
export type Medians = ReadonlyMap<number, ReadonlyMap<string, Figures>>;
