/** Problems as work: whose they are, grouped by cause, and one of them open beside. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getRouteApi } from '@tanstack/react-router';
import { overviewQuery } from '../../api/overview.ts';
import { problemsQuery, type ProblemFilter, type ProblemRow } from '../../api/problems.ts';
import { useMay } from '../../api/session.ts';
import { useZone } from '../../app/use-zone.tsx';
import { clockText } from '../../format/time.ts';
import { DataTable } from '../../list/data-table.tsx';
import { FilterChoice } from '../../list/filters.tsx';
import { neighboursOf, rememberNeighbours } from '../../list/neighbours.ts';
import { useLiveList } from '../../list/use-live-list.ts';
import { EmptyState, FailedState, FilteredOut } from '../../parts/empty-state.tsx';
import { ExportMenu } from '../../parts/export-menu.tsx';
import { useKeys } from '../../keyboard/keyboard.ts';
import { Page } from '../../parts/page.tsx';
import { SplitPane } from '../../parts/split-pane.tsx';
import { ViewTabs } from '../../parts/view-tabs.tsx';
import { useWords } from '../../words/words.ts';
import { BulkBar, nothingSelected } from './bulk-bar.tsx';
import { JobPane } from './job-pane.tsx';
import { OpeningBalance } from './opening-balance.tsx';
import { ProblemGroups } from './problem-groups.tsx';
import { ProblemPane } from './problem-pane.tsx';
import { useProblemColumns } from './problem-columns.tsx';

const route = getRouteApi('/shell/problems');

type Tab = 'all' | 'mine' | 'support' | 'ops' | 'finance' | 'opening';

export function ProblemsPage() {
  const { t } = useWords();
  const may = useMay();
  const { problem: openId, job, tab: shown, ...filter } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: ProblemFilter): void =>
    void navigate({ search: { tab: shown, ...filter, ...change, problem: undefined }, replace: true });
  const open = (id: string | undefined): void =>
    void navigate({ search: { tab: shown, ...filter, problem: id }, replace: openId !== undefined });
  const openJob = (jobId: string): void => void navigate({ search: { tab: shown, ...filter, job: jobId } });
  const isBeside = openId !== undefined || job !== undefined;
  const tab: Tab =
    shown === 'opening'
      ? 'opening'
      : filter.userId === 'me'
        ? 'mine'
        : ((filter.team as Tab | undefined) ?? 'all');
  const tabs: readonly Tab[] = [
    'all',
    'mine',
    'support',
    'ops',
    'finance',
    ...(may('opening.read') ? (['opening'] as const) : []),
  ];
  const choose = (next: Tab): void => {
    const { team: _team, userId: _userId, ...rest } = filter;
    void navigate({
      search:
        next === 'opening'
          ? { tab: 'opening' }
          : { ...rest, ...(next === 'mine' ? { userId: 'me' } : next === 'all' ? {} : { team: next }) },
    });
  };
  const neighbours = openId === undefined ? undefined : neighboursOf('problem', openId);
  useKeys({
    '[': () => neighbours?.previous !== undefined && open(neighbours.previous),
    ']': () => neighbours?.next !== undefined && open(neighbours.next),
    ...(isBeside && { Escape: () => open(undefined) }),
  });
  const { team, userId, ...narrowing } = filter;
  return (
    <Page
      title={t.problems.title}
      fills
      toolbar={
        tab !== 'opening' && (
          <>
            <FilterChoice
              label={t.problems.filters.severity} value={filter.severity} onChange={(severity) => set({ severity })}
              options={['1', '2', '3'].map((value) => ({ value, label: t.severities[Number(value)]! }))}
            />
            <FilterChoice
              label={t.problems.filters.state} value={filter.view} onChange={(view) => set({ view })} none={t.problems.views.work}
              options={(['open', 'snoozed', 'dismissed', 'silenced', 'merged', 'resolved'] as const).map((value) => ({ value, label: t.problems.views[value] }))}
            />
            <Button variant={shown === 'groups' ? 'light' : 'default'} aria-pressed={shown === 'groups'} onClick={() => void navigate({ search: { ...filter, tab: shown === 'groups' ? undefined : 'groups' } })}>
              {t.problems.groups}
            </Button>
            {Object.keys(narrowing).length > 0 && (
              <Button variant="subtle" onClick={() => void navigate({ search: { team, userId }, replace: true })}>{t.list.clear}</Button>
            )}
            <ExportMenu path="/problems/export" filter={filter} />
          </>
        )
      }
    >
      <ViewTabs label={t.problems.tabsLabel} current={tab} views={tabs.map((one) => ({ view: one, name: t.problems.tabs[one] }))} onChange={choose} />
      {tab === 'opening' ? <OpeningBalance /> : shown === 'groups' ? (
        <ProblemGroups filter={filter} onOpen={(cause) => void navigate({ search: { ...filter, cause } })} />
      ) : (
        <SplitPane
          isOpen={isBeside} onClose={() => open(undefined)} label={t.problems.title}
          side={
            job !== undefined ? <JobPane key={job} jobId={job} onOpen={open} />
            : openId !== undefined && <ProblemPane key={openId} id={openId} neighbours={neighbours} onGo={open} />
          }
        >
          <ProblemList key={JSON.stringify(filter)} filter={filter} openId={openId} isBeside={isBeside} onOpen={open} onJob={openJob} isNarrowed={Object.keys(narrowing).length > 0} />
        </SplitPane>
      )}
    </Page>
  ); // prettier-ignore
}

type ListProps = {
  readonly filter: ProblemFilter;
  readonly openId: string | undefined;
  readonly isBeside: boolean;
  readonly onOpen: (id: string) => void;
  readonly onJob: (jobId: string) => void;
  readonly isNarrowed: boolean;
};

function ProblemList({ filter, openId, isBeside, onOpen, onJob, isNarrowed }: ListProps) {
  const { t } = useWords();
  const may = useMay();
  const [selection, setSelection] = useState(nothingSelected);
  const navigate = route.useNavigate();
  const columns = useProblemColumns(isBeside);
  const list = useLiveList(problemsQuery(filter), {
    kinds: ['problem', 'order'],
    keyOf: (row: ProblemRow) => row.id,
    versionOf: (row) => row.version,
  });
  if (list.error !== null) return <FailedState error={list.error} onRetry={list.refresh} />;
  if (!list.isLoading && list.rows.length === 0)
    return isNarrowed ? (
      <FilteredOut onClear={() => void navigate({ search: {}, replace: true })} />
    ) : (
      <NoProblems />
    );
  const isAllShown = list.rows.length > 0 && list.rows.every((row) => selection.keys.has(row.id));
  return (
    <DataTable
      caption={t.problems.caption} columns={columns} list={list} keyOf={(row) => row.id} nameOf={(row) => row.number ?? row.subject} currentKey={openId}
      onOpen={(row) => {
        rememberNeighbours('problem', list.rows.map((one) => one.id));
        onOpen(row.id);
      }}
      {...(may('problems.work') && { selection: { keys: selection.keys, onChange: (keys) => setSelection({ keys, isAllFitting: false }) } })}
      footer={selection.keys.size > 0 && (
        <BulkBar selection={selection} filter={filter} mayFit={isAllShown && list.hasMore} onSelect={setSelection} onStarted={onJob} />
      )}
    />
  ); // prettier-ignore
}

/** A good zero says when it was checked, and against what. */
function NoProblems() {
  const { t, language } = useWords();
  const zone = useZone();
  const { data } = useQuery(overviewQuery);
  const healthy = data?.systems.filter((system) => system.state === 'ok').length ?? 0;
  const title =
    data === undefined
      ? t.problems.goodPlain
      : t.problems.good(clockText(data.asOf, language, zone), healthy);
  return <EmptyState kind="good" title={title}>{t.problems.goodAbout}</EmptyState>; // prettier-ignore
}
