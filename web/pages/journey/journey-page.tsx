/** How returns really run, over how they should: a map, the same as a table, and the returns behind each way. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { journeyQuery, type Journey } from '../../api/plan.ts';
import { FilterChoice } from '../../list/filters.tsx';
import { EmptyState, FailedState } from '../../parts/empty-state.tsx';
import { MadeAt } from '../../parts/made-at.tsx';
import { Page } from '../../parts/page.tsx';
import { saveFile } from '../../parts/save-file.ts';
import { SplitPane } from '../../parts/split-pane.tsx';
import { ViewTabs } from '../../parts/view-tabs.tsx';
import { useWords } from '../../words/words.ts';
import { orderAddress } from '../orders/order-address.ts';
import { edgeId, type JourneyFilter } from './journey-filter.ts';
import { JourneyMap } from './journey-map.tsx';
import { JourneyTable } from './journey-table.tsx';
import styles from './journey.module.css';

const route = getRouteApi('/shell/journey');

export function JourneyPage() {
  const { t, language } = useWords();
  const { view, edge, ...filter } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(journeyQuery(language === 'de' ? 'de' : 'en'));
  const set = (
    change: JourneyFilter & { readonly view?: string; readonly edge?: string | undefined },
  ): void =>
    void navigate({ search: (before) => ({ ...before, ...change }) as typeof before, replace: true });
  const current = view === 'table' ? 'table' : 'map';
  const counts = steps(data);
  return (
    <Page
      title={t.journey.title}
      fills
      aside={
        data !== undefined && (
          <span className={styles['basis']}>
            {t.journey.basis(data.returns)} · <MadeAt asOf={data.asOf} isRenewing={data.isRenewing} />
          </span>
        )
      }
      toolbar={
        <>
          <ViewTabs
            label={t.journey.views} current={current} onChange={(next) => set({ view: next })}
            views={[{ view: 'map', name: t.journey.map }, { view: 'table', name: t.journey.table }]}
          />
          <FilterChoice
            label={t.journey.least} value={filter.least} onChange={(least) => set({ least })}
            options={counts.map((count) => ({ value: String(count), label: t.journey.times(count) }))}
          />
          <FilterChoice
            label={t.journey.show} value={filter.show} onChange={(show) => set({ show })}
            options={[{ value: 'agreed', label: t.journey.agreed }, { value: 'outside', label: t.journey.outside }]}
          />
          {data !== undefined && (
            <Button variant="default" onClick={() => saveFile('journey.svg', data.svg, 'image/svg+xml')}>{t.journey.export}</Button>
          )}
        </>
      }
    >
      {error !== null ? (
        <FailedState error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <p role="status" className={styles['waiting']}>{t.journey.waiting}</p>
      ) : data.returns === 0 ? (
        <EmptyState kind="nothing" title={t.journey.nothing}>{t.journey.nothingTodo}</EmptyState>
      ) : (
        <SplitPane
          isOpen={edge !== undefined && edge !== ''} onClose={() => set({ edge: undefined })} label={t.journey.behind}
          side={<Behind journey={data} id={edge} />}
        >
          {current === 'map' ? (
            <JourneyMap journey={data} filter={filter} selected={edge} onOpen={(id) => set({ edge: id })} />
          ) : (
            <JourneyTable journey={data} filter={filter} onOpen={(id) => set({ edge: id })} />
          )}
          <Drifts journey={data} />
        </SplitPane>
      )}
    </Page>
  ); // prettier-ignore
}

/** Round numbers below the most frequent way: what one can ask for at least. */
function steps(journey: Journey | undefined): number[] {
  const most = Math.max(0, ...(journey?.edges.map(({ count }) => count) ?? []));
  return [2, 5, 10, 20, 50, 100, 200, 500, 1000].filter((count) => count <= most);
}

function Behind({ journey, id }: { readonly journey: Journey; readonly id: string | undefined }) {
  const { t } = useWords();
  const edge = journey.edges.find((one) => edgeId(one) === id);
  if (edge === undefined) return null;
  const name = (step: string): string => journey.steps.find((one) => one.id === step)?.name ?? step;
  return (
    <section className={styles['behind']}>
      <h2 translate="no">{t.journey.way(name(edge.from), name(edge.to))}</h2>
      <p>{edge.orders.length === 200 ? t.journey.first(200) : t.journey.behind}</p>
      <ul>
        {edge.orders.map(({ order, orderKey }) => (
          <li key={orderKey}>
            <Link to="/orders/$connection/$id" params={orderAddress(orderKey)} translate="no">
              {order}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Drifts({ journey }: { readonly journey: Journey }) {
  const { t } = useWords();
  if (journey.drifts.length === 0) return null;
  const { columns } = t.journey;
  return (
    <table className={styles['table']}>
      <caption>{t.journey.drifts}</caption>
      <thead>
        <tr>
          <th scope="col">{columns.category}</th>
          <th scope="col">{columns.step}</th>
          <th scope="col" data-numeric>{columns.returns}</th>
          <th scope="col">{columns.examples}</th>
        </tr>
      </thead>
      <tbody>
        {journey.drifts.map(({ category, step, name, returns, examples }) => (
          <tr key={`${category} ${step}`}>
            <td translate="no">{category}</td>
            <td translate="no">{name}</td>
            <td data-numeric>{returns}</td>
            <td translate="no">{examples.join(', ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  ); // prettier-ignore
}
