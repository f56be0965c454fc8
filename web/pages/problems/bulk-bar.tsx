/** What can be done with the selected problems. Every act is previewed before it begins. */
import { Button, Menu } from '@mantine/core';
import { useState } from 'react';
import type { BulkAction, BulkRequest } from '../../api/bulk.ts';
import type { ProblemFilter } from '../../api/problems.ts';
import { useMe } from '../../api/session.ts';
import { useWords } from '../../words/words.ts';
import { BulkDialog } from './bulk-dialog.tsx';
import styles from './bulk.module.css';

/** What is selected: rows, or everything that fits the filter, however much that is. */
export type Selection = { readonly keys: ReadonlySet<string>; readonly isAllFitting: boolean };
export const nothingSelected: Selection = { keys: new Set(), isAllFitting: false };

type Props = {
  readonly selection: Selection;
  readonly filter: ProblemFilter;
  /** All rows that are loaded are selected, and there are more. */
  readonly mayFit: boolean;
  readonly onSelect: (selection: Selection) => void;
  readonly onStarted: (jobId: string) => void;
};

/** An act that still lacks its reason. */
export type Act = { readonly name: string; readonly action: BulkAction; readonly needsReason: boolean };

export function BulkBar({ selection, filter, mayFit, onSelect, onStarted }: Props) {
  const { t } = useWords();
  const { user } = useMe();
  const [act, setAct] = useState<Act>();
  const words = t.problems;
  const choose =
    (name: string, action: BulkAction, needsReason = false) =>
    (): void =>
      setAct({ name, action, needsReason });
  const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
  const { severity, cause, code, team, userId, view } = filter;
  const request: Omit<BulkRequest, 'action'> = selection.isAllFitting
    ? {
        filter: JSON.parse(
          JSON.stringify({
            cause,
            code,
            team,
            userId,
            view,
            severity: severity === undefined ? undefined : Number(severity),
          }),
        ),
      }
    : { ids: [...selection.keys] };
  return (
    <div className={styles['bar']} role="group" aria-label={t.bulk.bar}>
      <span className={styles['count']}>{selection.isAllFitting ? t.bulk.allFitting : t.list.selected(selection.keys.size)}</span>
      {mayFit && !selection.isAllFitting && (
        <Button variant="subtle" onClick={() => onSelect({ ...selection, isAllFitting: true })}>{t.bulk.selectFitting}</Button>
      )}
      <Button variant="default" onClick={choose(t.bulk.take, { do: 'assign', userId: user.userId })}>{t.bulk.take}</Button>
      <Menu>
        <Menu.Target><Button variant="default">{words.give}</Button></Menu.Target>
        <Menu.Dropdown>
          {Object.entries(t.teams).map(([name, title]) => (
            <Menu.Item key={name} onClick={choose(`${words.give} ${title}`, { do: 'assign', team: name, userId: null })}>{title}</Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Menu>
        <Menu.Target><Button variant="default">{words.snooze}</Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={choose(words.snooze, { do: 'snooze', untilAt: inDays(1) })}>{words.snoozeDay}</Menu.Item>
          <Menu.Item onClick={choose(words.snooze, { do: 'snooze', untilAt: inDays(7) })}>{words.snoozeWeek}</Menu.Item>
          <Menu.Item onClick={choose(words.snooze, { do: 'snooze', toNextFact: true })}>{words.snoozeFact}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Button variant="default" onClick={choose(words.dismiss, { do: 'dismiss', reason: '' }, true)}>{words.dismiss}</Button>
      <Button variant="default" onClick={choose(words.accept, { do: 'resolve', reason: '' }, true)}>{words.accept}</Button>
      <Button variant="subtle" onClick={() => onSelect(nothingSelected)}>{t.bulk.clear}</Button>
      {act !== undefined && (
        <BulkDialog
          act={act} selection={request} onClose={() => setAct(undefined)}
          onStarted={(jobId) => {
            setAct(undefined);
            onSelect(nothingSelected);
            onStarted(jobId);
          }}
        />
      )}
    </div>
  ); // prettier-ignore
}
