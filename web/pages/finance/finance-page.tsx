/** Finance: does the money agree, what is open on every account, closing a month, and what items earn after returns. */
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useHints } from '../../live/live-updates.ts';
import { Page } from '../../parts/page.tsx';
import { ViewTabs } from '../../parts/view-tabs.tsx';
import { useWords } from '../../words/words.ts';
import { Accounts } from './accounts.tsx';
import { ClosePeriod } from './close-period.tsx';
import { Margin } from './margin.tsx';
import { Reconcile } from './reconcile.tsx';

const route = getRouteApi('/shell/finance');
const views = ['reconcile', 'accounts', 'close', 'margin'] as const;
type View = (typeof views)[number];

/** Facts come in bursts: the sums are read once after one. */
const lookAfterMs = 1000;

export function FinancePage() {
  const { t } = useWords();
  const { view } = route.useSearch();
  const navigate = route.useNavigate();
  const current: View = views.find((one) => one === view) ?? 'reconcile';
  useFreshSums();
  return (
    <Page title={t.finance.title} fills>
      <ViewTabs
        label={t.finance.viewsLabel} current={current} views={views.map((one) => ({ view: one, name: t.finance.views[one] }))}
        onChange={(next) => void navigate({ search: { view: next } })}
      />
      {current === 'reconcile' ? <Reconcile /> : current === 'accounts' ? <Accounts /> : current === 'close' ? <ClosePeriod /> : <Margin />}
    </Page>
  ); // prettier-ignore
}

function useFreshSums(): void {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useHints((hint) => {
    if (hint !== undefined && hint.kind !== 'order') return;
    clearTimeout(timer.current);
    timer.current = setTimeout(
      () => void client.invalidateQueries({ queryKey: ['order', 'finance'] }),
      lookAfterMs,
    );
  });
  useEffect(() => () => clearTimeout(timer.current), []);
}
