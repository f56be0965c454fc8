/** What people may decide about a fix: let it go, take it back, try it again, leave it. Money is finance’s, goods are ops’. */
import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { decideCommand, type CommandRow, type Decision } from '../../api/commands.ts';
import { useMay, useMe } from '../../api/session.ts';
import { announce } from '../../parts/announce.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { useWords } from '../../words/words.ts';
import styles from './fixes.module.css';

type Props = { readonly row: CommandRow; readonly onDone: () => unknown };

/** Which decisions a status leaves to people. */
function decisionsOf(row: CommandRow): readonly Decision[] {
  if (row.mode === 'suggest') return [];
  if (row.needsDecision) return ['retry', 'leave'];
  return row.status === 'planned' ? ['approve', 'reject'] : [];
}

export function FixDecisions({ row, onDone }: Props) {
  const { t } = useWords();
  const may = useMay();
  const { user } = useMe();
  const [why, setWhy] = useState('');
  const decide = useMutation({
    mutationFn: (decision: Decision) => decideCommand(row, decision, why.trim()),
    onSuccess: async ({ status, approvals, needed }) => {
      await onDone();
      announce(t.fixes.decided(t.fixes.statuses[status] ?? status, approvals, needed));
    },
  });
  const decisions = decisionsOf(row);
  if (decisions.length === 0 || !may('commands.decide')) return null;
  if (!user.roles.includes(row.team) && !user.roles.includes('admin'))
    return <p className={styles['others']}>{t.fixes.decidedBy(t.teams[row.team] ?? row.team)}</p>;
  return (
    <div className={styles['decisions']}>
      <TextInput size="sm" label={t.fixes.why} value={why} maxLength={500} onChange={(event) => setWhy(event.currentTarget.value)} />
      {decisions.map((decision) => (
        <div key={decision} className={styles['decision']}>
          <Button
            variant={decision === 'approve' ? 'filled' : 'default'} loading={decide.isPending && decide.variables === decision}
            disabled={decision !== 'approve' && why.trim().length < 3} onClick={() => decide.mutate(decision)}
          >
            {t.fixes.decisions[decision]}
          </Button>
          <span>{t.fixes.about[decision]}</span>
        </div>
      ))}
      <FailureAlert error={decide.error} />
    </div>
  ); // prettier-ignore
}
