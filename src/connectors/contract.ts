/**
 * What every connector is. The pure half (`read`, `keep`, `kindOf`) knows no network, clock or store and is
 * shared by the audit and the service; the live half comes with the engine.
 */
import type { Fact, FactType, Link, LocationClass, Purpose, System } from '../kernel/fact.ts';

/** One object as a source system gave it. `body` is parsed JSON, untouched. */
export type SourceObject = {
  readonly connection: string;
  /** The connector's own kind: `order`, `refund`, `sale.sale`, `stock.picking`. */
  readonly kind: string;
  readonly id: string;
  readonly body: unknown;
};

/** What a connector must know beside the object: this connection's settings and its other objects. */
export type ReadContext = {
  readonly settings: ConnectionSettings;
  /**
   * Body of another object of the same connection (location, product, the shipment of a move), or undefined.
   * The caller records what was looked up: when that object changes, this one is read again. Where files are read,
   * `order_note.by.order_id` gives all notes with that order id as a list; nothing where objects come one by one.
   */
  lookup(kind: string, id: string | number): unknown;
};

/** Per connection, from the policy file; every map is optional, what it lacks the connector's own rules decide. */
export type ConnectionSettings = {
  readonly connection: string;
  readonly system: System;
  /** IANA zone for times without one. */
  readonly zone: string;
  readonly currency: string;
  /** Which of its numbers other systems mean by "order number". */
  readonly orderReference: 'number' | 'id' | 'either';
  /** Names (or ids) of locations → what they mean. */
  readonly locations: Readonly<Record<string, LocationClass>>;
  /** Status words → what they mean, per connector documentation. */
  readonly statuses: Readonly<Record<string, string>>;
  /** Patterns (case-insensitive substrings) of refund reasons → purpose. */
  readonly reasons: Readonly<Record<string, Purpose>>;
  /** Payment method ids → tender. */
  readonly tenders: Readonly<Record<string, string>>;
  /** Names of custom fields, meta keys and the like, per connector documentation. */
  readonly fields: Readonly<Record<string, string>>;
  /** Of a file feed: see `wire/feed-settings.ts`. */
  readonly feed?: unknown;
};

/** Something in an object that could not be used; never guessed, never silently dropped. */
export type Unread = {
  /** `unmapped-status`: an unknown word; `unreadable`: a value of the wrong shape. */
  readonly code: 'unmapped-status' | 'unreadable';
  /** Path of the field, as in `line_items[2].total`. */
  readonly field: string;
  /** Offending value, cut to 80 characters, without personal data. */
  readonly value: string;
  /** What to do, one sentence. */
  readonly message: string;
};

/** All that one object says. */
export type Reading = {
  readonly facts: readonly Fact[];
  /** Terms this object is known by. */
  readonly names: readonly string[];
  /** Terms of what it belongs to, strongest first. */
  readonly links: readonly Link[];
  readonly unread: readonly Unread[];
};

/** Who an object is about: a customer is known by the e-mail address. Fields: `email name phone street postcode city country`. */
export type PersonOf = { readonly email: string; readonly fields: Readonly<Record<string, string>> };

export type ConnectorPure = {
  /** `woocommerce odoo tryton rt stripe hubspot canonical …` */
  readonly name: string;
  readonly system: System;
  /** Fact types it can report at all. */
  readonly reports: readonly FactType[];
  /** Kinds whose newest snapshot counts. */
  readonly stateKinds: readonly string[];
  /**
   * Kinds that others point at and are only half told without. An export that holds none of one, though its records point
   * at it, is not whole.
   */
  readonly needed?: readonly string[];
  /** Kinds of which one entry never changes. */
  readonly logKinds: readonly string[];
  /**
   * Recognizes an object of this system by its shape alone: the kind and id, or undefined. Must not accept
   * what it is not sure of. `hint` is the file name without folder and ending (`orders`, `stock_moves`).
   */
  kindOf(body: unknown, hint: string): { kind: string; id: string } | undefined;
  /** Facts, names and links of one object. Pure; never throws for bad data, reports it in `unread`. */
  read(object: SourceObject, context: ReadContext): Reading;
  /** The body without personal data and bulk that no fact, link or page needs. `read(keep(x))` equals `read(x)`. */
  keep(object: SourceObject): unknown;
  /** The customer whom an untouched object names, to be stored apart; left out where objects name none. */
  person?(object: SourceObject): PersonOf | undefined;
};
