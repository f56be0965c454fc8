/** The 30-day plan: all sections, names and comments that stay, rows to accept, and what changed since an earlier one. */
import { Button, FileButton } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { planQuery, typeIntoPlan } from '../../api/plan.ts';
import { useMay } from '../../api/session.ts';
import { announce } from '../../parts/announce.tsx';
import { FailedState } from '../../parts/empty-state.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { MadeAt } from '../../parts/made-at.tsx';
import { Page } from '../../parts/page.tsx';
import { saveFile } from '../../parts/save-file.ts';
import { useWords } from '../../words/words.ts';
import { AcceptRows } from './accept-rows.tsx';
import { PlanBlocks } from './plan-blocks.tsx';
import styles from './plan.module.css';

type Since = { readonly name: string; readonly plan: unknown };

export function PlanPage() {
  const { t, language } = useWords();
  const may = useMay();
  const queryClient = useQueryClient();
  const [since, setSince] = useState<Since>();
  const [problem, setProblem] = useState<unknown>(null);
  const { data, error, refetch } = useQuery(planQuery(language === 'de' ? 'de' : 'en', since?.plan));
  const renew = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['policy'] });
  const type = async (kind: 'names' | 'comments', id: string, text: string): Promise<void> => {
    try {
      await typeIntoPlan({ [kind]: { [id]: text } });
      announce(t.plan.kept);
      setProblem(null);
    } catch (failure) {
      setProblem(failure);
    }
    await renew();
  };
  const compareWith = async (file: File | null): Promise<void> => {
    if (file === null) return;
    try {
      setSince({ name: file.name, plan: JSON.parse(await file.text()) as unknown });
      setProblem(null);
    } catch {
      setProblem(new Error(t.plan.unreadable));
    }
  };
  const sections = data?.blocks.flatMap((block) => (block.kind === 'heading' && block.level === 2 ? [block] : [])) ?? []; // prettier-ignore
  return (
    <Page
      title={t.plan.title}
      aside={data !== undefined && <MadeAt asOf={data.asOf} isRenewing={data.isRenewing} />}
      toolbar={
        <>
          {since === undefined ? (
            <FileButton accept="application/json" onChange={(file) => void compareWith(file)}>
              {(props) => <Button variant="default" {...props}>{t.plan.compare}</Button>}
            </FileButton>
          ) : (
            <>
              <span>{t.plan.comparing(since.name)}</span>
              <Button variant="subtle" onClick={() => setSince(undefined)}>{t.plan.stop}</Button>
            </>
          )}
          {data !== undefined && (
            <Button variant="default" onClick={() => saveFile('plan.json', `${JSON.stringify(data.plan, null, 1)}\n`, 'application/json')}>{t.plan.save}</Button>
          )}
        </>
      }
    >
      {problem !== null && <FailureAlert error={problem} />}
      {error !== null ? (
        <FailedState error={error} onRetry={() => (since === undefined ? void refetch() : setSince(undefined))} />
      ) : data === undefined ? (
        <p role="status" className={styles['waiting']}>{t.plan.waiting}</p>
      ) : (
        <div className={styles['plan']}>
          <nav className={styles['sections']} aria-label={t.plan.sections}>
            <ol>
              {sections.map(({ anchor, text }) => (
                <li key={anchor}><a href={`#${anchor}`} translate="no">{text}</a></li>
              ))}
            </ol>
          </nav>
          <article className={styles['paper']}>
            <PlanBlocks blocks={data.blocks} onType={may('plan.write') ? type : undefined} />
            {may('policy.write') && <AcceptRows rows={data.rows} onAccepted={() => void renew()} />}
          </article>
        </div>
      )}
    </Page>
  ); // prettier-ignore
}
