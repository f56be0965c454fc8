/** Corrections that would close a problem, and what people may decide about them. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { commandsOfProblemQuery } from '../../api/commands.ts';
import { useMay } from '../../api/session.ts';
import { useWords } from '../../words/words.ts';
import { FixDecisions } from '../fixes/fix-decisions.tsx';
import { FixStatus, FixWhat } from '../fixes/fix-parts.tsx';
import styles from './problems.module.css';

export function ProblemFixes({ id }: { readonly id: string }) {
  const { t } = useWords();
  const may = useMay();
  const { data } = useQuery({ ...commandsOfProblemQuery(id), enabled: may('commands.read') });
  const client = useQueryClient();
  const reload = async (): Promise<void> => {
    await Promise.all([client.invalidateQueries({ queryKey: ['problem'] }), client.invalidateQueries({ queryKey: ['order'] })]);
  };
  if (data === undefined || data.rows.length === 0) return null;
  return (
    <section aria-label={t.fixes.title}>
      <h3>{t.fixes.title}</h3>
      <ul className={styles['fixes']}>
        {data.rows.map((command) => (
          <li key={command.commandId}>
            <p>
              <b>{t.fixes.kinds[command.kind] ?? <span translate="no">{command.kind}</span>}</b> <FixWhat row={command} />
            </p>
            <p className={styles['quiet']}>
              {command.mode === 'suggest' ? t.problems.suggested : <FixStatus row={command} />}
              {command.message !== null && <span translate="no"> {command.message}</span>}
            </p>
            {command.mode !== 'suggest' && <FixDecisions key={command.status} row={command} onDone={reload} />}
          </li>
        ))}
      </ul>
    </section>
  );
} // prettier-ignore
