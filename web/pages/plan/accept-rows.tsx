/** Accepting rows of the matrix: due time, owner and mode from a day on. The proposal is filled in, and may be changed. */
import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { acceptRows, type AcceptedRow, type PlanRow } from '../../api/plan.ts';
import { announce } from '../../parts/announce.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { useWords } from '../../words/words.ts';
import styles from './plan.module.css';

type Draft = { readonly due: string; readonly owner: string; readonly mode: string };
const modes = ['watch', 'suggest', 'approve', 'auto'] as const;

const proposalOf = (row: PlanRow): Draft => ({
  due: row.proposedDue ?? row.due ?? '',
  owner: row.proposedOwner,
  mode: row.proposedMode,
});

export function AcceptRows({ rows, onAccepted }: { readonly rows: readonly PlanRow[]; readonly onAccepted: () => void }) {
  const { t } = useWords();
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({});
  const [from, setFrom] = useState(() => new Date().toISOString().slice(0, 10));
  const [reason, setReason] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const chosen = rows.filter(({ control }) => drafts[control] !== undefined);
  const { columns } = t.plan;
  const change = (control: string, part: Partial<Draft>): void =>
    setDrafts((before) => ({ ...before, [control]: { ...before[control]!, ...part } }));
  const toggle = (row: PlanRow, isOn: boolean): void =>
    setDrafts((before) => {
      const others = Object.fromEntries(Object.entries(before).filter(([name]) => name !== row.control));
      return isOn ? { ...others, [row.control]: proposalOf(row) } : others;
    });
  const accept = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const accepted = chosen.map(({ control }): AcceptedRow => {
        const { due, owner, mode } = drafts[control]!;
        return { control, ...(due !== '' && { due }), ...(owner !== '' && { owner }), mode };
      });
      await acceptRows({ from, rows: accepted, reason });
      announce(t.plan.applied(accepted.length, from));
      setDrafts({});
      setReason('');
      onAccepted();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className={styles['accept']} aria-labelledby="accept-rows">
      <h2 id="accept-rows">{t.plan.rows}</h2>
      <p>{t.plan.rowsAbout}</p>
      <div className={styles['scroll']} tabIndex={0} role="region" aria-label={t.plan.rows}>
        <table>
          <thead>
            <tr>
              {(['accept', 'control', 'now', 'due', 'owner', 'mode'] as const).map((name) => (
                <th key={name} scope="col">{columns[name]}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const { control } = row;
              const draft = drafts[control];
              const shown = draft ?? proposalOf(row);
              return (
                <tr key={control}>
                  <td>
                    <Checkbox aria-label={t.plan.accept(row.title)} checked={draft !== undefined} onChange={(event) => toggle(row, event.currentTarget.checked)} />
                  </td>
                  <td translate="no">{row.title} <code>{control}</code></td>
                  <td translate="no">{[row.due, row.owner, t.plan.modes[row.mode as (typeof modes)[number]]].filter(Boolean).join(' · ')}</td>
                  <td>
                    <TextInput w={80} aria-label={t.plan.dueOf(row.title)} value={shown.due} disabled={draft === undefined} onChange={(event) => change(control, { due: event.currentTarget.value })} />
                  </td>
                  <td>
                    <TextInput w={120} aria-label={t.plan.ownerOf(row.title)} value={shown.owner} disabled={draft === undefined} onChange={(event) => change(control, { owner: event.currentTarget.value })} />
                  </td>
                  <td>
                    <NativeSelect
                      aria-label={t.plan.modeOf(row.title)} value={shown.mode} disabled={draft === undefined}
                      onChange={(event) => change(control, { mode: event.currentTarget.value })}
                      data={modes.map((mode) => ({ value: mode, label: t.plan.modes[mode] }))}
                    />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {error !== null && <FailureAlert error={error} />}
      <div className={styles['acceptLine']}>
        <TextInput type="date" label={t.plan.from} value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
        <TextInput className={styles['reason'] ?? ''} label={t.plan.reason} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        <Button loading={isBusy} disabled={chosen.length === 0 || reason.trim().length < 3} onClick={() => void accept()}>{t.plan.apply(chosen.length)}</Button>
      </div>
    </section>
  );
} // prettier-ignore
