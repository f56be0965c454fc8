/** The frame around every page: skip link, menu, search, account, and whether the page is live. */
import { Outlet, useRouterState } from '@tanstack/react-router';
import { Suspense, useEffect, useRef } from 'react';
import { useMe } from '../api/session.ts';
import { openLiveUpdates } from '../live/live-updates.ts';
import { Announcer } from '../parts/announce.tsx';
import { useWords } from '../words/words.ts';
import { AccountMenu } from './account-menu.tsx';
import { CommandPalette } from './command-palette.tsx';
import { KeyboardSheet } from './keyboard-sheet.tsx';
import { LiveDot } from './live-dot.tsx';
import { MainNavigation } from './main-navigation.tsx';
import { ZoneHolder } from './use-zone.tsx';
import styles from './app-shell.module.css';

export function AppShell() {
  const { t } = useWords();
  const me = useMe();
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => openLiveUpdates(), [me.user.userId]);

  // A new page starts at its top, and whoever hears the page is told its title.
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    main.current?.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
    main.current?.scrollTo(0, 0);
  }, [path]);

  return (
    <ZoneHolder>
    <div className={styles['shell']}>
      <a className={styles['skip']} href="#content" onClick={(event) => {
        // The address is the state of the page, so the skip link leaves it alone.
        event.preventDefault();
        main.current?.focus();
      }}>
        {t.app.skip}
      </a>
      <header className={styles['top']}>
        <span className={styles['brand']}>
          <svg viewBox="0 0 32 32" width="18" height="18" aria-hidden="true">
            <path d="M25.5 10.5A11 11 0 1 0 27 16M27 4v7h-7" fill="none" stroke="currentColor" strokeWidth="4" strokeLinecap="round" strokeLinejoin="round" />
          </svg>
          {t.app.name}
        </span>
        {me.sandbox !== null && <span className={styles['sandbox']}>{t.app.sandbox(me.sandbox)}</span>}
        <span className={styles['spring']} />
        <CommandPalette />
        <LiveDot />
        <AccountMenu />
      </header>
      <MainNavigation />
      <main className={styles['main']} id="content" tabIndex={-1} ref={main}>
        <Suspense>
          <Outlet />
        </Suspense>
      </main>
      <KeyboardSheet />
      <Announcer />
    </div>
    </ZoneHolder>
  ); // prettier-ignore
}
