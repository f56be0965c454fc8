/** The returns desk: scan what lies on the table, count and grade it; below it the returns and the quarantine shelf. */
import { Button } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Scanned } from '../../api/returns.ts';
import { Page } from '../../parts/page.tsx';
import { ViewTabs } from '../../parts/view-tabs.tsx';
import { useWords } from '../../words/words.ts';
import { ChangePerson } from './change-person.tsx';
import { DeskOrderPanel } from './desk-order-panel.tsx';
import { HeldList, ReturnList } from './desk-lists.tsx';
import { ScanField } from './scan-field.tsx';
import styles from './desk.module.css';

const route = getRouteApi('/shell/desk');

/** What was scanned of the order that lies open, until it is counted. */
export type Tally = ReadonlyMap<string, number>;

export function DeskPage() {
  const { t } = useWords();
  const { order, rma, view, ...filter } = route.useSearch();
  const navigate = route.useNavigate();
  const [tally, setTally] = useState<Tally>(new Map());
  const [choices, setChoices] = useState<readonly Scanned[]>([]);

  const clear = (): void => {
    setTally(new Map());
    setChoices([]);
  };
  const open = async (found: Scanned): Promise<void> => {
    if (found.orderKey !== order) clear();
    setChoices([]);
    if (found.sku !== null) {
      const { sku } = found;
      setTally((before) => {
        const base = found.orderKey === order ? before : new Map<string, number>();
        return new Map(base).set(sku, (base.get(sku) ?? 0) + 1);
      });
    }
    await navigate({
      search: {
        ...filter,
        view,
        order: found.orderKey,
        ...(found.rma !== null ? { rma: found.rma } : { rma }),
      },
    });
  };

  return (
    <Page
      title={t.desk.title}
      aside={
        <>
          {order !== undefined && (
            <Button variant="default" onClick={() => {
              clear();
              void navigate({ search: { ...filter, view } });
            }}>{t.desk.clearTable}</Button>
          )}
          <ChangePerson />
        </>
      }
      fills={order === undefined}
      toolbar={<ScanField orders={order === undefined ? [] : [order]} isChoosing={choices.length > 1} onFound={async (rows) => (rows.length === 1 ? open(rows[0]!) : setChoices(rows))} />}
    >
      {choices.length > 1 && (
        <section className={styles['choices']} aria-label={t.desk.several}>
          <p>{t.desk.several}</p>
          <ul>
            {choices.map((found) => (
              <li key={`${found.orderKey} ${found.rma ?? ''}`}>
                <Button variant="default" onClick={() => void open(found)}>
                  <span translate="no">{[found.number, found.rma, found.sku].filter((part) => part !== null).join(' · ')}</span>
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {order === undefined ? (
        <>
          <ViewTabs
            label={t.desk.viewsLabel} current={view === 'quarantine' ? 'quarantine' : 'returns'}
            views={[{ view: 'returns', name: t.desk.views.returns }, { view: 'quarantine', name: t.desk.views.quarantine }]}
            onChange={(next) => void navigate({ search: next === 'returns' ? filter : { view: next }, replace: true })}
          />
          {view === 'quarantine' ? <HeldList /> : <ReturnList filter={filter} />}
        </>
      ) : (
        <DeskOrderPanel
          key={order} orderKey={order} rma={rma} tally={tally} onTally={setTally}
          onRma={(next) => void navigate({ search: { ...filter, view, order, rma: next }, replace: true })}
        />
      )}
    </Page>
  ); // prettier-ignore
}
