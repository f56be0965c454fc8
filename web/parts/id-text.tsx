/** An id or number: monospace, cut in the middle where it is long, whole on hover, with a button that copies it. */
import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { useWords } from '../words/words.ts';
import { Glyph } from './status.tsx';
import styles from './id-text.module.css';

type Props = {
  readonly id: string;
  /** Characters shown at most. */
  readonly length?: number;
  readonly copy?: boolean;
};

export function IdText({ id, length = 28, copy = false }: Props) {
  const short = cutInMiddle(id, length);
  const text = (
    <span className={`mono ${styles['text']}`} translate="no">
      {short}
    </span>
  );
  return (
    <span className={styles['id']}>
      {short === id ? text : <Tooltip label={<span translate="no">{id}</span>}>{text}</Tooltip>}
      {copy && <CopyIdButton value={id} name={short} />}
    </span>
  );
}

function CopyIdButton({ value, name }: { readonly value: string; readonly name: string }) {
  const { t } = useWords();
  return (
    <CopyButton value={value} timeout={1500}>
      {({ copied, copy: copyNow }) => (
        <Tooltip label={copied ? t.copy.copied : t.copy.copy}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={24}
            onClick={copyNow}
            aria-label={t.copy.copyName(name)}
          >
            <Glyph>
              {copied ? (
                <path d="m2.5 8.5 3.6 3.6 7.4-8" fill="none" stroke="currentColor" strokeWidth="2" />
              ) : (
                <path
                  d="M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1"
                  fill="none"
                  stroke="currentColor"
                  strokeWidth="1.4"
                />
              )}
            </Glyph>
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

/** `cs_live_a1b2c3…9z8y7x`: beginnings and ends are what people compare. */
export function cutInMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = Math.ceil((length - 1) * 0.6);
  return `${text.slice(0, head)}…${text.slice(text.length - (length - 1 - head))}`;
}
