/** The frame of a page: title, what belongs beside it, a toolbar, and the content that scrolls. */
import { useEffect, type ReactNode } from 'react';
import { useWords } from '../words/words.ts';
import styles from './page.module.css';

type Props = {
  readonly title: string;
  /** Beside the title. */
  readonly aside?: ReactNode;
  /** Filters and actions below it. */
  readonly toolbar?: ReactNode;
  /** The content scrolls by itself (a table), instead of with the page. */
  readonly fills?: boolean;
  readonly children: ReactNode;
};

export function Page({ title, aside, toolbar, fills = false, children }: Props) {
  useTitle(title);
  return (
    <div className={styles['page']} data-fills={fills}>
      <header className={styles['head']}>
        <h1 tabIndex={-1}>{title}</h1>
        {aside}
      </header>
      {toolbar !== undefined && <div className={styles['toolbar']}>{toolbar}</div>}
      <div className={styles['body']}>{children}</div>
    </div>
  );
}

/** The title of the browser's tab. */
export function useTitle(title: string): void {
  const { t } = useWords();
  useEffect(() => {
    document.title = `${title} · ${t.app.name}`;
  }, [title, t.app.name]);
}
