import type { ReactNode } from 'react';
import { useWords } from '../../words/words.ts';
import styles from './login.module.css';

export function LoginFrame({ children }: { readonly children: ReactNode }) {
  const { t } = useWords();
  return (
    <main className={styles['frame']}>
      <div className={styles['box']}>
        <p className={styles['brand']}>
          <svg viewBox="0 0 32 32" width="20" height="20" aria-hidden="true">
            <path d="M25.5 10.5A11 11 0 1 0 27 16M27 4v7h-7" fill="none" stroke="currentColor" strokeWidth="4" strokeLinecap="round" strokeLinejoin="round" />
          </svg>
          {t.app.name}
        </p>
        {children}
      </div>
    </main>
  ); // prettier-ignore
}
