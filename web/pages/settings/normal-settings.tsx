/** What is normal here: the rules that silence problems, until when, and how much each silences now. */
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { endNormalRule, normalRulesQuery, type NormalRule, type Scope } from '../../api/normal.ts';
import { useMay } from '../../api/session.ts';
import { moneyText } from '../../format/money.ts';
import { announce } from '../../parts/announce.tsx';
import { EmptyState, FailedState } from '../../parts/empty-state.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { Time } from '../../parts/time.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import styles from './settings.module.css';

export function NormalSettings() {
  const { t, language } = useWords();
  const words = t.settings.normal;
  const may = useMay();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(normalRulesQuery);
  const end = useMutation({
    mutationFn: (rule: NormalRule) => endNormalRule(rule.ruleId),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['problem'] });
      announce(words.ended);
    },
  });
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  if (data.rows.length === 0) return <EmptyState kind="nothing" title={words.nothing}>{words.nothingTodo}</EmptyState>;
  return (
    <>
      <p className={styles['about']}>{words.about}</p>
      <FailureAlert error={end.error} />
      <table className={styles['table']}>
        <caption className="hidden-but-read">{words.caption}</caption>
        <thead>
          <tr>
            {(['scope', 'reason', 'until', 'silences', 'by'] as const).map((name) => <th key={name} scope="col">{words[name]}</th>)}
            <th><span className="hidden-but-read">{words.end}</span></th>
          </tr>
        </thead>
        <tbody>
          {data.rows.map((rule) => {
            const { codes = [], connections = [], skus = [], minorMax, currency } = rule.scope as Scope;
            const titles = codes.map((code) => {
              const title = rule.titles[code];
              return title === undefined ? code : ofLanguage(title, language);
            });
            const most = minorMax !== undefined && currency !== undefined ? [words.upTo(moneyText(minorMax, currency, language))] : [];
            return (
              <tr key={rule.ruleId} data-ended={!rule.isActive}>
                <th scope="row" translate="no">{[...titles, ...connections, ...skus, ...most].join(' · ')}</th>
                <td translate="no">{rule.reason}</td>
                <td>{rule.isActive ? <Time at={rule.expiresAt} as="date" /> : <>{words.over} <Time at={rule.endedAt ?? rule.expiresAt} as="date" /></>}</td>
                <td translate="no">{rule.silenced}</td>
                <td translate="no">{rule.madeByName ?? rule.madeBy}</td>
                <td>
                  {rule.isActive && may('normal.write') && (
                    <Button variant="default" size="compact-sm" aria-label={words.endOf(titles.join(', '))} loading={end.isPending && end.variables === rule} onClick={() => end.mutate(rule)}>{words.end}</Button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
} // prettier-ignore
