/** The reference page of canonical facts, `docs/reference/canonical-facts.md`, built from the table of fields. */
import type { FactType } from '../../kernel/fact.ts';
import {
  exampleOf,
  factFields,
  factTypes,
  extraFields,
  headFields,
  type Field,
  type FieldKind,
} from './canonical-fields.ts';

/** The page as Markdown; a test holds the file against it. */
export function canonicalFactsPage(): string {
  return [introduction(), ...factTypes.map(section)].join('\n');
}

function introduction(): string {
  return `# Canonical facts

Any system without a connector of its own can post facts or hand them over in a file: one JSON object a line (NDJSON),
one line a fact. This page is generated from the table the reader uses; the JSON Schema comes from the same table.

A line is read strictly. One with anything wrong in it is set aside whole and listed with the path of every wrong field:
an unknown type or field, 30 February, a price such as \`1,234.56\`, a negative or fractional quantity. The other lines
are read.

- **Amounts** are minor units as a whole number (\`5990\`) or decimal text with a point (\`"59.90"\`); never a JSON number
  with a fraction, never finer than the currency. \`money\` carries its currency: \`{"amount": "59.90", "currency": "EUR"}\`
  or \`{"minor": 5990, "currency": "EUR"}\`. Other amounts of a line are in the currency of the line or of its \`money\`.
- **Times** carry their zone (\`2026-11-02T09:00:00+01:00\`) or are bare dates, which count as the end of that day in the
  connection's zone.
- **Order** is the number people write, as the order's home system has it. An \`order.placed\` of system \`shop\` is the home
  of its order; from another system only where no other order has that number.
- **Repeats** do no harm: a line with the same \`id\` replaces the earlier one, and equal lines without an id are one fact.
  An \`order.placed\` replaces the earlier line of the same order.

## Every line

${table(headFields)}
`;
}

function section(type: FactType): string {
  const fields = { ...factFields[type], ...extraFields[type] };
  const shown =
    Object.keys(fields).length === 0 ? 'Nothing beside the fields of every line.\n' : `${table(fields)}\n`;
  return `## ${type}\n\n${shown}\n\`\`\`json\n${JSON.stringify(exampleOf(type))}\n\`\`\`\n`;
}

function table(fields: Readonly<Record<string, Field>>): string {
  const rows = Object.entries(fields).map(
    ([name, field]) =>
      `| \`${name}\` | ${kindWords(field.kind)} | ${field.required ? 'yes' : ''} | ${field.about} |`,
  );
  return ['| Field | Value | Required | Meaning |', '|---|---|---|---|', ...rows].join('\n');
}

const words: Readonly<Record<Exclude<FieldKind, object>, string>> = {
  text: 'text',
  units: 'whole number ≥ 0',
  signedUnits: 'whole number',
  instant: 'time',
  date: 'date',
  flag: 'true or false',
  currency: 'currency code',
  money: 'money',
  signedMoney: 'money, may be negative',
  amount: 'amount',
  gross: '`{gross, tax}`',
  signedGross: '`{gross, tax}`, may be negative',
  orderLines: 'list of `{line, sku, quantity, gross, tax, kind, name?, parent?}`',
  refundLines: 'list of `{sku, quantity, gross, tax, line?}`',
  costs: 'amounts by SKU',
};

function kindWords(kind: FieldKind): string {
  if (typeof kind === 'string') return words[kind];
  return kind.oneOf.length === 0 ? 'type' : kind.oneOf.map((word) => `\`${word}\``).join(' ');
}
