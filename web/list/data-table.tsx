/**
 * A table of any length: a real `<table>`, of which only the rows in sight (and the one with the focus) are in the page.
 *
 * Keys while it has the focus: `j k ↓ ↑` row, `Enter` opens, `x` selects, `Shift` with `x`, an arrow or a click selects up to there,
 * `Esc` gives up the selection. Only one row is in the tab order. Rows never move by themselves: see `use-live-list.ts`.
 */
import { useVirtualizer, defaultRangeExtractor } from '@tanstack/react-virtual';
import { memo, useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { useWords } from '../words/words.ts';
import type { LiveList } from './use-live-list.ts';
import { NewRows } from './new-rows.tsx';
import styles from './data-table.module.css';

export type Column<Row> = {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** CSS width; columns without one share what is left. */
  readonly width?: string;
  readonly align?: 'start' | 'end';
  /** Where it stands when the list is narrower than 640 px: in the first line, at its end, in the second, nowhere. */
  readonly narrow?: 'head' | 'end' | 'second' | 'hide';
};

type Props<Row> = {
  /** What the table holds, for those who hear it. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly list: LiveList<Row>;
  readonly keyOf: (row: Row) => string;
  /** What a row is called where it is selected or opened. */
  readonly nameOf: (row: Row) => string;
  readonly onOpen: (row: Row) => void;
  /** The row that is open beside. */
  readonly currentKey?: string | undefined;
  /** Where it is narrow its rows have one line: no column stands in the second. */
  readonly isOneLine?: boolean;
  readonly selection?: {
    readonly keys: ReadonlySet<string>;
    readonly onChange: (keys: ReadonlySet<string>) => void;
  };
  /** Further keys while a row has the focus. */
  readonly onKey?: (key: string, row: Row) => boolean;
  /** Between the rows and the line that counts them. */
  readonly footer?: ReactNode;
};

const rowHeights = { compact: 32, comfortable: 40, narrow: 64, oneLine: 40 } as const;
const narrowMax = 640;
/** Rows before the end at which the next page is asked for. */
const loadAhead = 30;

export function DataTable<Row>(props: Props<Row>) {
  const {
    caption,
    columns,
    list,
    keyOf,
    nameOf,
    onOpen,
    currentKey,
    selection,
    onKey,
    footer,
    isOneLine = false,
  } = props;
  const { rows } = list;
  const { t } = useWords();
  const { rows: density } = usePreferences();
  const frame = useRef<HTMLDivElement>(null);
  const [isNarrow, setNarrow] = useState(false);
  const [focusIndex, setFocusIndex] = useState(0);
  const wantsFocus = useRef(false);
  /** The row that was selected last: where a range begins. */
  const anchor = useRef(0);
  const rowHeight = isNarrow ? (isOneLine ? rowHeights.oneLine : rowHeights.narrow) : rowHeights[density];
  const active = Math.min(focusIndex, Math.max(0, rows.length - 1));

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    // Rows in reserve cover the frame until React has made the next ones; at once, the table would be laid out twice.
    useFlushSync: false,
    getItemKey: (index) => keyOf(rows[index]!),
    // The row with the focus stays in the page however far one scrolls.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      return rows.length === 0 || shown.includes(active) ? shown : [...shown, active].sort((a, b) => a - b);
    },
  });
  useEffect(() => virtual.measure(), [rowHeight, virtual]);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setNarrow(element.clientWidth <= narrowMax));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (list.hasMore && !list.isLoadingMore && last >= rows.length - loadAhead) list.loadMore();
  }, [last, rows.length, list.hasMore, list.isLoadingMore]);
  useEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    frame.current?.querySelector<HTMLElement>(`tr[data-index="${active}"]`)?.focus();
  });

  const move = (to: number): void => {
    const index = Math.max(0, Math.min(to, rows.length - 1));
    virtual.scrollToIndex(index, { align: 'auto' });
    wantsFocus.current = true;
    setFocusIndex(index);
  };
  const toggle = (index: number): void => {
    const key = keyOf(rows[index]!);
    const keys = new Set(selection?.keys);
    if (!keys.delete(key)) keys.add(key);
    anchor.current = index;
    selection?.onChange(keys);
  };
  const selectTo = (index: number): void => {
    const [from, to] = [Math.min(anchor.current, index), Math.max(anchor.current, index)];
    selection?.onChange(new Set([...selection.keys, ...rows.slice(from, to + 1).map(keyOf)]));
  };
  const moveSelecting = (to: number): void => {
    const index = Math.max(0, Math.min(to, rows.length - 1));
    if (!(selection?.keys.has(keyOf(rows[active]!)) === true)) anchor.current = active;
    selectTo(index);
    move(index);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTableSectionElement>): void => {
    const row = rows[active];
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const isInControl = (event.target as HTMLElement).closest('a, button, input') !== null;
    const isSelecting = event.shiftKey && selection !== undefined;
    const step = (by: number): void => (isSelecting ? moveSelecting : move)(active + by);
    const act: Readonly<Record<string, () => void>> = {
      j: () => move(active + 1),
      ArrowDown: () => step(1),
      k: () => move(active - 1),
      ArrowUp: () => step(-1),
      Home: () => move(0),
      End: () => move(rows.length - 1),
      ...(isInControl ? {} : { Enter: () => onOpen(row) }),
      ...(selection !== undefined && { x: () => toggle(active), X: () => selectTo(active) }),
      ...(selection !== undefined &&
        selection.keys.size > 0 && { Escape: () => selection.onChange(new Set()) }),
    };
    if (act[event.key] !== undefined) {
      event.preventDefault();
      act[event.key]!();
    } else if (onKey?.(event.key, row) === true) event.preventDefault();
  };

  // One object for all renders, so that rows that stay as they are need not be made again while one scrolls.
  const acts = useRef({ focus: setFocusIndex, open: onOpen, toggle, selectTo }).current;
  Object.assign(acts, { open: onOpen, toggle, selectTo });

  const chosen = selection === undefined ? 0 : rows.filter((row) => selection.keys.has(keyOf(row))).length;
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const width = columns.length + (selection === undefined ? 0 : 1);
  let end = before;
  return (
    <div className={styles['outer']} data-one-line={isOneLine}>
      <div className={styles['frame']} ref={frame}>
        <NewRows list={list} />
        {/* Roles are said again: a table that is laid out as blocks loses them in some browsers. */}
        <table className={styles['table']} role="table" aria-rowcount={list.hasMore ? -1 : rows.length + 1}>
          <caption>{caption}</caption>
          <thead role="rowgroup">
            <tr role="row" aria-rowindex={1}>
              {selection !== undefined && (
                <th role="columnheader" data-narrow="check" style={{ width: 44 }}>
                  <input
                    type="checkbox" className={styles['check']} aria-label={t.list.selectShown} checked={rows.length > 0 && chosen === rows.length}
                    ref={(input) => { if (input !== null) input.indeterminate = chosen > 0 && chosen < rows.length; }}
                    onChange={() => selection.onChange(chosen === rows.length ? new Set() : new Set(rows.map(keyOf)))}
                  />
                </th>
              )}
              {columns.map((column) => (
                <th
                  role="columnheader" key={column.id} scope="col" style={{ width: column.width }}
                  className={column.align === 'end' ? styles['end'] : undefined}
                >
                  {column.header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup" onKeyDown={onKeyDown}>
            {before > 0 && <Space height={before} columns={width} />}
            {items.flatMap((item) => {
              const row = rows[item.index]!;
              const key = keyOf(row);
              // The row with the focus may stand far from the others. One flat list: in a list of pairs React would know a row by its
              // place in sight, and make every row anew, and lose the focus, each time one comes into sight.
              const gap = item.start - end;
              end = item.end;
              return [
                ...(gap > 0 ? [<Space key={`gap-${item.index}`} height={gap} columns={width} />] : []),
                <TableRow
                  key={key} row={row} index={item.index} columns={columns} isInTabOrder={item.index === active} isCurrent={key === currentKey}
                  selectLabel={selection === undefined ? undefined : t.list.selectRow(nameOf(row))} isSelected={selection?.keys.has(key) === true} acts={acts}
                />,
              ];
            })}
            {after > 0 && <Space height={after} columns={width} />}
          </tbody>
        </table>
      </div>
      {footer}
      <div className={styles['foot']}>
        <span>{list.isLoading ? t.list.loading : list.hasMore ? t.list.rowsMore(rows.length) : t.list.rows(rows.length)}</span>
        {footer === undefined && selection !== undefined && selection.keys.size > 0 && <span>{t.list.selected(selection.keys.size)}</span>}
      </div>
    </div>
  ); // prettier-ignore
}

type RowProps<Row> = {
  readonly row: Row;
  readonly index: number;
  readonly columns: readonly Column<Row>[];
  readonly isInTabOrder: boolean;
  readonly isCurrent: boolean;
  readonly isSelected: boolean;
  /** What its box is called; none where rows cannot be selected. */
  readonly selectLabel: string | undefined;
  readonly acts: {
    readonly focus: (index: number) => void;
    readonly open: (row: Row) => void;
    readonly toggle: (index: number) => void;
    readonly selectTo: (index: number) => void;
  };
};

function PlainRow<Row>({ row, index, columns, isInTabOrder, isCurrent, isSelected, selectLabel, acts }: RowProps<Row>) {
  return (
    <tr
      role="row" data-index={index} aria-rowindex={index + 2} className={styles['row']} tabIndex={isInTabOrder ? 0 : -1}
      data-current={isCurrent} aria-current={isCurrent ? 'true' : undefined} data-selected={isSelected}
      onFocus={() => acts.focus(index)}
      onClick={(event) => {
        if ((event.target as HTMLElement).closest('a, button, input, label') === null) acts.open(row);
      }}
    >
      {selectLabel !== undefined && (
        <td role="cell" data-narrow="check">
          <input
            type="checkbox" className={styles['check']} checked={isSelected} aria-label={selectLabel} tabIndex={-1}
            onChange={(event) => ((event.nativeEvent as MouseEvent).shiftKey ? acts.selectTo(index) : acts.toggle(index))}
          />
        </td>
      )}
      {columns.map((column) => (
        <td
          role="cell" key={column.id} data-narrow={column.narrow ?? 'hide'}
          className={column.align === 'end' ? styles['end'] : undefined}
        >
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
} // prettier-ignore
const TableRow = memo(PlainRow) as typeof PlainRow;

/** Stands for the rows that are not in the page. */
function Space({ height, columns }: { readonly height: number; readonly columns: number }) {
  return (
    <tr role="presentation" aria-hidden="true">
      <td role="presentation" colSpan={columns} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}
