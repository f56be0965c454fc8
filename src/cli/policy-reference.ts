/** `docs/reference/policy.md`, written from the table that checks policy files. */
import { listControlDefaults, policySchema, type Shape } from '../kernel/policy-schema.ts';

const intro = `# Policy file

How your shop works, as one JSON file: \`reentry audit exports/ --policy policy.json\`, or \`policy.json\` in the audited
folder. It holds only what differs from the defaults; every key may be left out. Unknown keys and values are refused
with their place and what is allowed. Keys that begin with \`_\` or \`$\` are ignored.

A key marked *dated* may change over time. Terms follow the date of the order, working times the date of the step, so
a change never turns closed orders into problems. The first entry holds from ever:

\`\`\`json
{
  "zone": "Europe/Berlin",
  "payAfter": [
    { "from": "2025-01-01", "value": "approval" },
    { "from": "2026-07-01", "value": "receipt" }
  ],
  "stockAuthority": "shop",
  "booksTolerance": 3,
  "calendars": { "all": { "holidays": ["2026-12-25", "2026-12-26", "2027-01-01"] } },
  "controls": { "back-restored": { "due": "2bd", "owner": "maria" } },
  "owners": { "blind-return": "support" },
  "connections": {
    "woocommerce": { "zone": "Europe/Berlin", "reasons": { "Goodwill": "goodwill" } },
    "tryton": { "locations": { "Input Zone": "input", "Scrap": "scrap" } }
  }
}
\`\`\`

Amounts are whole numbers of minor units (cents, yen, fils). Terms are \`3bd\` business days, \`14cd\` calendar days or
\`1h\` hours.

## Keys

| Key | Allowed | Default | Meaning |
|---|---|---|---|
`;

/** The page as Markdown. */
export function renderPolicyReference(): string {
  const checks = listControlDefaults().map(
    ({ control, due, owner }) => `| \`${control}\` | ${due} | ${owner} |\n`,
  );
  return `${intro}${rowsOf('', policySchema).join('')}
## Checks

| Check | Due | Owner |
|---|---|---|
${checks.join('')}`;
}

function rowsOf(path: string, shape: Shape): string[] {
  const dated = shape.kind !== 'map' && shape.dated === true ? ' *dated*' : '';
  switch (shape.kind) {
    case 'value':
      return [row(`\`${path}\`${dated}`, shape.type.allowed, shape.default, shape.about)];
    case 'object': {
      const own =
        path === '' || shape.about === '' ? [] : [row(`\`${path}\`${dated}`, 'an object', '', shape.about)];
      return [
        ...own,
        ...Object.entries(shape.fields).flatMap(([key, field]) =>
          rowsOf(path === '' ? key : `${path}.${key}`, field),
        ),
      ];
    }
    case 'map': {
      const inner = `${path}.{${shape.placeholder}}`;
      if (shape.value.kind === 'value')
        return [row(`\`${inner}\``, shape.value.type.allowed, shape.value.default, shape.about)];
      return [row(`\`${inner}\``, 'an object', '', shape.about), ...rowsOf(inner, shape.value).slice(1)];
    }
  }
}

const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => (cell === '' ? '–' : cell)).join(' | ')} |\n`;
