/** What customers type, read from forms: URL-encoded, small, every field checked. */
import type { FastifyRequest } from 'fastify';
import type { UnitWish } from '../../kernel/desk-step.ts';
import type { Language } from '../../kernel/wording.ts';

export type Form = ReadonlyMap<string, string>;

/** Bytes of a form: names, an address, a few words. */
export const formBytesMax = 16 * 1024;
const fieldMax = 1000;

export function parseForm(body: string): Form {
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body)) {
    // Controls could end a line of a mail or a log.
    const text = value.replaceAll(/(?!\n)\p{Cc}+/gu, ' ').trim();
    form.set(name.slice(0, 250), text.slice(0, fieldMax));
  }
  return form;
}

export const formOf = (request: FastifyRequest): Form =>
  request.body instanceof Map ? (request.body as Form) : new Map<string, string>();

const emailPattern = /^[^\s@<>",;]{1,64}@[^\s@<>",;]{1,189}$/;

export const isEmail = (text: string | undefined): text is string =>
  text !== undefined && emailPattern.test(text);

/** Quantities by item from fields `units:SKU`; items of 0 are left out. */
export function unitsOfForm(form: Form): UnitWish[] {
  return [...form].flatMap(([name, value]) => {
    if (!name.startsWith('units:')) return [];
    const quantity = /^\d{1,6}$/.test(value) ? Number(value) : 0;
    return quantity > 0 ? [{ sku: name.slice('units:'.length), quantity }] : [];
  });
}

/** The language asked for, else that of the order, else what the browser likes. */
export function languageOfRequest(request: FastifyRequest, ofOrder?: string): Language {
  const { lang } = request.query as { readonly lang?: unknown };
  if (lang === 'de' || lang === 'en') return lang;
  const wanted = ofOrder ?? request.headers['accept-language'] ?? '';
  return /^de\b/i.test(wanted) ? 'de' : 'en';
}
