/** All orders, newest first, and finding one by what people call it. */
import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { orderSearchQuery, ordersQuery, type OrderFilter, type OrderRow } from '../../api/orders.ts';
import { useKeys } from '../../keyboard/keyboard.ts';
import { DataTable } from '../../list/data-table.tsx';
import { FilterChoice } from '../../list/filters.tsx';
import { rememberNeighbours } from '../../list/neighbours.ts';
import { useLiveList, type LiveList } from '../../list/use-live-list.ts';
import { EmptyState, FailedState, FilteredOut } from '../../parts/empty-state.tsx';
import { ExportMenu } from '../../parts/export-menu.tsx';
import { Page } from '../../parts/page.tsx';
import { Glyph } from '../../parts/status.tsx';
import { useWords } from '../../words/words.ts';
import { orderAddress } from './order-address.ts';
import { useOrderColumns } from './order-columns.tsx';
import styles from './orders.module.css';

const route = getRouteApi('/shell/orders');

export function OrdersPage() {
  const { t } = useWords();
  const { q, ...filter } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: OrderFilter): void =>
    void navigate({ search: { ...filter, ...change }, replace: true });
  return (
    <Page
      title={t.orders.title}
      fills
      toolbar={
        <>
          <OrderSearch text={q} onSearch={(text) => void navigate({ search: { ...filter, q: text } })} />
          {q === undefined && (
            <>
              <FilterChoice
                label={t.orders.filters.verdict} value={filter.verdict} onChange={(verdict) => set({ verdict })}
                options={(['breaks', 'incomplete', 'pending', 'closed'] as const).map((value) => ({ value, label: t.verdicts[value] }))}
              />
              <FilterChoice
                label={t.orders.filters.kind} value={filter.isReturn} onChange={(isReturn) => set({ isReturn })}
                options={[{ value: 'true', label: t.orders.filters.withReturn }, { value: 'false', label: t.orders.filters.withoutReturn }]}
              />
              {Object.keys(filter).length > 0 && (
                <Button variant="subtle" onClick={() => void navigate({ search: {}, replace: true })}>{t.list.clear}</Button>
              )}
              <ExportMenu path="/orders/export" filter={filter} />
            </>
          )}
        </>
      }
    >
      {q === undefined ? <OrderList filter={filter} /> : <FoundOrders text={q} />}
    </Page>
  ); // prettier-ignore
}

function OrderList({ filter }: { readonly filter: OrderFilter }) {
  const { t } = useWords();
  const navigate = route.useNavigate();
  const list = useLiveList(ordersQuery(filter), {
    kinds: ['order'],
    keyOf: (row: OrderRow) => row.orderKey,
    versionOf: (row) => row.version,
  });
  if (list.error !== null) return <FailedState error={list.error} onRetry={list.refresh} />;
  if (!list.isLoading && list.rows.length === 0)
    return Object.keys(filter).length > 0 ? (
      <FilteredOut onClear={() => void navigate({ search: {}, replace: true })} />
    ) : (
      <EmptyState kind="nothing" title={t.orders.nothing}>
        {t.orders.nothingTodo}
      </EmptyState>
    );
  return <OrderTable list={list} />;
}

/** Found orders are few: all of them, in the order of how well they fit. */
function FoundOrders({ text }: { readonly text: string }) {
  const { t } = useWords();
  const { data, error, isPending, refetch } = useQuery(orderSearchQuery(text));
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (data?.rows.length === 0)
    return (
      <EmptyState kind="nothing" title={t.orders.noneFound(text)}>
        {t.orders.noneFoundTodo}
      </EmptyState>
    );
  const rows = data?.rows ?? [];
  const list: LiveList<OrderRow> = {
    rows, isLoading: isPending, error: null, hasMore: false, isLoadingMore: false, loadMore: () => {},
    fresh: { added: 0, changed: 0 }, refresh: () => void refetch(),
  }; // prettier-ignore
  return (
    <>
      <p className={styles['found']} role="status">
        {isPending ? t.list.loading : t.orders.searchFor(text)}
      </p>
      <OrderTable list={list} />
    </>
  );
}

function OrderTable({ list }: { readonly list: LiveList<OrderRow> }) {
  const { t } = useWords();
  const navigate = useNavigate();
  const columns = useOrderColumns();
  return (
    <DataTable
      caption={t.orders.caption}
      columns={columns}
      list={list}
      keyOf={(row) => row.orderKey}
      nameOf={(row) => row.number}
      onOpen={(row) => {
        rememberNeighbours('order', list.rows.map((one) => one.orderKey));
        void navigate({ to: '/orders/$connection/$id', params: orderAddress(row.orderKey) });
      }}
    />
  ); // prettier-ignore
}

type SearchProps = {
  readonly text: string | undefined;
  readonly onSearch: (text: string | undefined) => void;
};

function OrderSearch({ text, onSearch }: SearchProps) {
  const { t } = useWords();
  const [typed, setTyped] = useState(text ?? '');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setTyped(text ?? ''), [text]);
  useKeys({ '/': () => input.current?.select() });
  return (
    <form
      role="search" className={styles['search']}
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(typed.trim().length < 2 ? undefined : typed.trim());
      }}
    >
      <TextInput
        ref={input} type="search" aria-label={t.orders.search} placeholder={t.orders.searchPlaceholder} value={typed}
        leftSection={<Glyph><path d="M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9M10.5 10.5 14 14" fill="none" stroke="currentColor" strokeWidth="1.6" /></Glyph>}
        rightSection={<kbd translate="no">/</kbd>}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          if (event.currentTarget.value === '') onSearch(undefined);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && typed === '') event.currentTarget.blur();
        }}
      />
    </form>
  ); // prettier-ignore
}
