/** Typed access to a Stripe object: what cannot be read is noted with its path, and no fact is made from it. */
import type { Money } from '../../kernel/money.ts';
import type { Unread } from '../contract.ts';
import { minorOfStripe } from './presentment-amount.ts';

export type Shape = Readonly<Record<string, unknown>>;

export function isShape(value: unknown): value is Shape {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that is not empty, or undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The id of a related object, which is a text or, when it was expanded, the object itself. */
export function referenceOf(value: unknown): string | undefined {
  return textOf(isShape(value) ? value['id'] : value);
}

const personalKey = /e?mail|name|phone|address|\bip\b|_ip$|customer|billing|shipping/i;
const maxValueLength = 120;

/** Metadata that is neither about a person nor long: what is stored, and so all that is read. */
export function isUsableMetadata(key: string, value: unknown): boolean {
  const text = typeof value === 'number' ? String(value) : value;
  return (
    typeof text === 'string' && text.length <= maxValueLength && !text.includes('@') && !personalKey.test(key)
  );
}

/** A value of the object's metadata by the first of these keys that is there. */
export function findMetadata(body: Shape, keys: readonly (string | undefined)[]): string | undefined {
  const metadata = body['metadata'];
  if (!isShape(metadata)) return undefined;
  for (const key of keys) {
    if (key === undefined || !Object.hasOwn(metadata, key) || !isUsableMetadata(key, metadata[key])) continue;
    const text = String(metadata[key]).trim();
    if (text !== '') return text;
  }
  return undefined;
}

/** Seconds since 1970 as an instant; up to the year 9999, beyond which instants no longer sort as text. */
export function instantOfSeconds(seconds: unknown): string | undefined {
  if (typeof seconds !== 'number' || !Number.isSafeInteger(seconds)) return undefined;
  if (seconds <= 0 || seconds >= 253402300800) return undefined;
  return Temporal.Instant.fromEpochMilliseconds(seconds * 1000).toString({ fractionalSecondDigits: 3 });
}

/** One object under reading. `path` is where it stands in what was read (`data.object.` in an event). */
export class StripeObject {
  readonly body: Shape;
  readonly unread: Unread[];
  private readonly path: string;

  constructor(body: Shape, unread: Unread[], path = '') {
    this.body = body;
    this.unread = unread;
    this.path = path;
  }

  refuse(name: string, message: string, code: Unread['code'] = 'unreadable'): undefined {
    const value = this.body[name];
    const text =
      typeof value === 'object' && value !== null
        ? 'an object'
        : value === undefined
          ? 'missing'
          : String(value);
    this.unread.push({ code, field: this.path + name, value: text.slice(0, 80), message });
    return undefined;
  }

  /** An amount that is not negative, in minor units of the object's currency. */
  money(name: string): Money | undefined {
    const currency = textOf(this.body['currency'])?.toUpperCase();
    if (currency === undefined || !/^[A-Z]{3}$/.test(currency)) {
      return this.refuse('currency', 'Expected a currency code of three letters.');
    }
    const minor = minorOfStripe(this.body[name], currency);
    if (minor === undefined || minor < 0) {
      return this.refuse(name, "Expected a whole number in the currency's smallest unit.");
    }
    return { minor, currency };
  }

  /** Seconds since 1970 as an instant. */
  instant(name: string): string | undefined {
    const instant = instantOfSeconds(this.body[name]);
    if (instant !== undefined) return instant;
    return this.refuse(name, 'Expected seconds since 1970.');
  }

  /** A word that says how things stand. */
  status(): string | undefined {
    return textOf(this.body['status']) ?? this.refuse('status', 'Expected a status.');
  }

  refuseStatus(): undefined {
    return this.refuse('status', 'Stripe has a status that this version does not know.', 'unmapped-status');
  }
}
