/** HTML by template strings: whatever is put in is escaped, unless it is HTML already. */
export type Html = { readonly html: string };
type Part = Html | string | number | undefined | false | readonly Part[];

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }; // prettier-ignore

const textOf = (part: Part): string => {
  if (part === undefined || part === false) return '';
  if (Array.isArray(part)) return part.map(textOf).join('');
  if (typeof part === 'object') return (part as Html).html;
  return String(part).replaceAll(/[&<>"']/g, (character) => escapes[character]!);
};

/** `html\`<p>${text}</p>\`` */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: strings.reduce((all, text, index) => all + textOf(parts[index - 1]) + text) };
}
