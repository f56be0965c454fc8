/** Content, and beside it what is selected in it. On small screens the selected covers the content. */
import { CloseButton } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { useWords } from '../words/words.ts';
import styles from './split-pane.module.css';

type Props = {
  readonly children: ReactNode;
  readonly side: ReactNode;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** What stands beside, for those who hear it. */
  readonly label: string;
};

export function SplitPane({ children, side, isOpen, onClose, label }: Props) {
  const { t } = useWords();
  const content = useRef<HTMLDivElement>(null);
  const opener = useRef<Element | null>(null);
  useEffect(() => {
    if (isOpen) {
      opener.current = document.activeElement;
      return undefined;
    }
    // Whoever closed it goes on where they were.
    if (opener.current instanceof HTMLElement && opener.current.isConnected) opener.current.focus();
    return undefined;
  }, [isOpen]);
  return (
    <div className={styles['split']} data-open={isOpen}>
      {/* Scrolls, so the keyboard must be able to reach it. */}
      <div className={styles['content']} ref={content} tabIndex={0} role="region" aria-label={label}>
        {children}
      </div>
      {isOpen && (
        <aside className={styles['side']} aria-label={label}>
          <CloseButton
            className={styles['close'] ?? ''}
            size={26}
            aria-label={t.actions.close}
            onClick={onClose}
          />
          {side}
        </aside>
      )}
    </div>
  );
}
