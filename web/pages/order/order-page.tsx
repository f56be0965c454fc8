/** One order: the answer, and the views of the one timeline that proves it. */
import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { orderQuery, readAgain } from '../../api/orders.ts';
import { useMay } from '../../api/session.ts';
import { useKeys } from '../../keyboard/keyboard.ts';
import { neighboursOf } from '../../list/neighbours.ts';
import { announce } from '../../parts/announce.tsx';
import { FailedState } from '../../parts/empty-state.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { IdText } from '../../parts/id-text.tsx';
import { NeighbourButtons } from '../../parts/neighbour-buttons.tsx';
import { Page } from '../../parts/page.tsx';
import { SplitPane } from '../../parts/split-pane.tsx';
import { VerdictStatus } from '../../parts/status.tsx';
import { ViewTabs } from '../../parts/view-tabs.tsx';
import { useWords } from '../../words/words.ts';
import { orderAddress, orderKeyOf } from '../orders/order-address.ts';
import { ProblemPane } from '../problems/problem-pane.tsx';
import { AnswerCard } from './answer-card.tsx';
import { FactList } from './fact-list.tsx';
import { FactPanel } from './fact-panel.tsx';
import { Lanes } from './lanes.tsx';
import { Ledger } from './ledger.tsx';
import { RawRecords } from './raw-records.tsx';
import { VouchDialog } from './vouch-dialog.tsx';
import styles from './order.module.css';

const route = getRouteApi('/shell/orders/$connection/$id');

export const orderViews = ['lanes', 'list', 'ledger', 'raw'] as const;
export type OrderView = (typeof orderViews)[number];

export function OrderPage() {
  const { t } = useWords();
  const may = useMay();
  const router = useRouter();
  const orderKey = orderKeyOf(route.useParams());
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: order, error, refetch } = useQuery(orderQuery(orderKey));
  const again = useMutation({
    mutationFn: () => readAgain(orderKey),
    onSuccess: ({ records }) => announce(t.order.readAgainAsked(records)),
  });
  const neighbours = neighboursOf('order', orderKey);
  const goTo = (key: string | undefined): void => {
    if (key !== undefined) void navigate({ to: '/orders/$connection/$id', params: orderAddress(key), search: { view: search.view }, replace: true });
  }; // prettier-ignore
  const select = (selected: {
    readonly fact?: string | undefined;
    readonly record?: string | undefined;
    readonly problem?: string | undefined;
  }): void =>
    void navigate({
      search: { ...search, fact: selected.fact, record: selected.record, problem: selected.problem },
      replace: true,
      resetScroll: false,
    });
  const isPanelOpen = [search.fact, search.record, search.problem].some((one) => one !== undefined);
  const [isVouching, setVouching] = useState(false);
  useKeys({
    '[': () => goTo(neighbours.previous),
    ']': () => goTo(neighbours.next),
    Escape: () => (isPanelOpen ? select({}) : router.history.back()),
  });
  useEffect(() => again.reset(), [orderKey]);

  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (order === undefined) return <Page title={t.list.loading}>{null}</Page>;
  const view: OrderView = orderViews.find((one) => one === search.view) ?? 'lanes';
  return (
    <Page
      title={t.order.title(order.row.number)}
      fills
      aside={
        <>
          <VerdictStatus verdict={order.row.verdict} prominent />
          <IdText id={orderKey} copy />
          <span className={styles['spring']} />
          <NeighbourButtons neighbours={neighbours} onGo={goTo} />
          {may('orders.refresh') && (
            <Button variant="default" loading={again.isPending} onClick={() => again.mutate()}>{t.order.readAgain}</Button>
          )}
          {may('returns.evidence') && <Button variant="default" aria-haspopup="dialog" onClick={() => setVouching(true)}>{t.order.vouch.open}</Button>}
        </>
      }
    >
      <SplitPane
        isOpen={isPanelOpen}
        onClose={() => select({})}
        label={search.problem === undefined ? t.order.list.details : t.order.problem}
        side={search.problem !== undefined ? <ProblemPane key={search.problem} id={search.problem} neighbours={undefined} onGo={(problem) => select({ problem })} isOnOrder />
          : <FactPanel key={`${search.fact}/${search.record}`} orderKey={orderKey} fact={search.fact} record={search.record} onSelect={select} />}
      >
        <FailureAlert error={again.error} />
        <AnswerCard order={order} problem={search.problem} onEvidence={(record) => select({ record })} onProblem={(problem) => select({ problem })} />
        <ViewTabs
          label={t.order.viewsLabel} current={view} views={orderViews.map((one) => ({ view: one, name: t.order.views[one] }))}
          onChange={(next) => void navigate({ search: { ...search, view: next }, replace: true, resetScroll: false })}
        />
        {view === 'lanes' && (
          <Lanes order={order} selected={search.fact} record={search.record} onSelect={(fact) => select({ fact })} />
        )}
        {view === 'list' && (
          <FactList orderKey={orderKey} selected={search.fact} record={search.record} onSelect={(fact) => select({ fact })} />
        )}
        {view === 'ledger' && <Ledger orderKey={orderKey} onSelect={(fact) => select({ fact })} />}
        {view === 'raw' && <RawRecords orderKey={orderKey} selected={search.record} onSelect={(record) => select({ record })} />}
      </SplitPane>
      {isVouching && <VouchDialog orderKey={orderKey} onClose={() => setVouching(false)} />}
    </Page>
  ); // prettier-ignore
}
