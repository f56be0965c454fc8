/**
 * A list that grows by pages and stays where it is: what changed is counted beside, and shown when asked for.
 *
 *   const list = useLiveList(ordersQuery(filter), { kinds: ['order'], keyOf: (row) => row.orderKey, versionOf: (row) => row.version });
 *   <DataTable rows={list.rows} … /> <NewRows list={list} />
 */
import { keepPreviousData, useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Hint } from '../../src/wire/api-operations.ts';
import { useHints } from '../live/live-updates.ts';

/** Rows that one request brings. */
export const pageSize = 100;

/** A list of the API: pages by cursor, under a key that starts with the kind of hint that makes it old. */
export type ListQuery<Row> = {
  readonly queryKey: readonly unknown[];
  readonly read: (cursor: string | null, signal: AbortSignal) => Promise<ListPage<Row>>;
};

export type ListPage<Row> = { readonly rows: readonly Row[]; readonly next: string | null };

type Options<Row> = {
  /** Hints that concern the list. */
  readonly kinds: readonly Hint['kind'][];
  readonly keyOf: (row: Row) => string;
  readonly versionOf: (row: Row) => number | string;
};

export type LiveList<Row> = {
  readonly rows: readonly Row[];
  readonly isLoading: boolean;
  readonly error: Error | null;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly loadMore: () => void;
  /** What is known to be new or changed, and not shown. */
  readonly fresh: { readonly added: number; readonly changed: number };
  /** Shows it. */
  readonly refresh: () => void;
};

/** Hints come in bursts while orders are folded: one look per burst. */
const lookAfterMs = 800;

export function useLiveList<Row>(
  query: ListQuery<Row>,
  { kinds, keyOf, versionOf }: Options<Row>,
): LiveList<Row> {
  const client = useQueryClient();
  const { data, isPending, isPlaceholderData, error, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery({
      queryKey: query.queryKey,
      queryFn: ({ pageParam, signal }) => query.read(pageParam, signal),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next,
      placeholderData: keepPreviousData,
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      refetchOnMount: 'always',
    });
  const rows = useMemo(() => data?.pages.flatMap((page) => page.rows) ?? [], [data]);
  const [fresh, setFresh] = useState({ added: 0, changed: 0 });
  const shown = useRef(rows);
  shown.current = rows;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const look = useCallback(async () => {
    const first = await query.read(null, new AbortController().signal);
    const known = new Map(shown.current.map((row) => [keyOf(row), versionOf(row)]));
    let [added, changed] = [0, 0];
    for (const row of first.rows) {
      const version = known.get(keyOf(row));
      if (version === undefined) added += 1;
      else if (version !== versionOf(row)) changed += 1;
    }
    setFresh({ added, changed });
    // Of another filter: `query` is new with every render, its key says whether it is the same.
  }, [JSON.stringify(query.queryKey)]);

  useHints((hint) => {
    if (hint !== undefined && !kinds.includes(hint.kind)) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void look().catch(() => {}), lookAfterMs);
  });
  useEffect(() => {
    setFresh({ added: 0, changed: 0 });
    return () => clearTimeout(timer.current);
  }, [look]);

  const refresh = useCallback(() => {
    setFresh({ added: 0, changed: 0 });
    // All pages but the first go, so that what is shown is one moment.
    client.setQueryData<InfiniteData<ListPage<Row>, string | null>>(query.queryKey, (old) =>
      old === undefined ? old : { pages: old.pages.slice(0, 1), pageParams: old.pageParams.slice(0, 1) },
    );
    void client.invalidateQueries({ queryKey: query.queryKey });
  }, [look]);

  return {
    rows,
    isLoading: isPending || isPlaceholderData,
    error,
    hasMore: hasNextPage,
    isLoadingMore: isFetchingNextPage,
    loadMore: () => void (isFetchingNextPage ? undefined : fetchNextPage()),
    fresh,
    refresh,
  };
}
