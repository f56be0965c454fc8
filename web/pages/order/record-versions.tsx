/** Every content that a record was seen with: the newest whole, and what changed from one to the next. */
import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useZone } from '../../app/use-zone.tsx';
import { timeText } from '../../format/time.ts';
import { JsonText } from '../../parts/json-text.tsx';
import { useWords } from '../../words/words.ts';
import { jsonDifferences } from './json-differences.ts';
import { toMilliseconds } from './raw-records.tsx';
import styles from './record-versions.module.css';

type Content = {
  readonly firstReadAt: string;
  readonly via: string;
  readonly isNewest: boolean;
  readonly body: unknown;
};

export function RecordVersions({ contents }: { readonly contents: readonly Content[] }) {
  const { t, language } = useWords();
  const zone = useZone();
  const [index, setIndex] = useState(contents.findIndex((content) => content.isNewest));
  const content = contents[index] ?? contents.at(-1);
  const before = contents[index - 1];
  if (content === undefined) return null;
  const differences = before === undefined ? [] : jsonDifferences(before.body, content.body);
  const names = contents.map((one, position) => ({
    value: String(position),
    label: `${position + 1}/${contents.length} · ${timeText(toMilliseconds(one.firstReadAt), language, zone)} · ${one.via}`,
  }));
  return (
    <>
      <NativeSelect
        aria-label={t.order.raw.versionShown} data={names} value={String(index)} translate="no"
        onChange={(event) => setIndex(Number(event.currentTarget.value))}
      />
      {before !== undefined && (
        <>
          <h3>{t.order.raw.changed}</h3>
          {differences.length === 0 && <p>{t.none}</p>}
          <dl className={styles['differences']} translate="no">
            {differences.map((difference) => (
              <div key={difference.path}>
                <dt className="mono">{difference.path}</dt>
                <dd>
                  <del>{shown(difference.before)}</del> <ins>{shown(difference.after)}</ins>
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <h3>{t.order.panel.content}</h3>
      <JsonText value={content.body} />
    </>
  ); // prettier-ignore
}

const shown = (value: unknown): string => (value === undefined ? '∅' : JSON.stringify(value));
