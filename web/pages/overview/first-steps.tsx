/** The checklist of a first run: gone once every role is connected and something was read. */
import { Link } from '@tanstack/react-router';
import type { Overview } from '../../api/overview.ts';
import { useMay, useMe } from '../../api/session.ts';
import { useWords } from '../../words/words.ts';
import styles from './overview.module.css';

export function FirstSteps({ overview }: { readonly overview: Overview }) {
  const { t } = useWords();
  const { sandbox } = useMe();
  const may = useMay();
  const connected = new Set(overview.systems.map((system) => system.system));
  const steps = [
    ...(['shop', 'erp', 'psp', 'crm'] as const).map((system) => ({ name: t.overview.first[system], isDone: connected.has(system) })),
    { name: t.overview.first.read, isDone: overview.orders.length > 0 },
  ]; // prettier-ignore
  if (sandbox !== null || steps.every((step) => step.isDone)) return null;
  return (
    <section className={styles['first']}>
      <h2>{t.overview.first.title}</h2>
      <ol>
        {steps.map((step) => (
          <li key={step.name} data-done={step.isDone}>
            <span aria-hidden="true">{step.isDone ? '✓' : '○'}</span>{' '}
            {step.isDone || !may('connections.read') ? step.name : <Link to="/connections">{step.name}</Link>}{' '}
            <span className="hidden-but-read">
              {step.isDone ? t.overview.first.done : t.overview.first.todo}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
