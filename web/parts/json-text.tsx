/** JSON as it is, in lines, with a button that copies it. */
import { CopyButton, Button } from '@mantine/core';
import { useWords } from '../words/words.ts';
import styles from './json-text.module.css';

export function JsonText({ value }: { readonly value: unknown }) {
  const { t } = useWords();
  const text = JSON.stringify(value, null, 2);
  return (
    <div className={styles['json']}>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button variant="default" size="compact-xs" className={styles['copy'] ?? ''} onClick={copy}>
            {copied ? t.copy.copied : t.copy.copy}
          </Button>
        )}
      </CopyButton>
      {/* Scrolls, so the keyboard must be able to reach it. */}
      <pre tabIndex={0} translate="no">
        {text}
      </pre>
    </div>
  );
}
