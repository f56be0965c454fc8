/** Every pack of a month: who prepared and signed it, and its hash, which anybody can compute from the download. */
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { readPack, type PeriodDetail } from '../../api/finance.ts';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { IdText } from '../../parts/id-text.tsx';
import { saveFile } from '../../parts/save-file.ts';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.ts';
import styles from './finance.module.css';

export function PeriodPacks({ month }: { readonly month: PeriodDetail }) {
  const { t } = useWords();
  const words = t.finance.close;
  const download = useMutation({
    mutationFn: (revision: number) => readPack(month.period, revision),
    onSuccess: (pack) =>
      saveFile(
        `period-${pack.period}-${pack.revision}.json`,
        JSON.stringify(pack, null, 2),
        'application/json',
      ),
  });
  return (
    <section>
      <h3>{words.history}</h3>
      <ol className={styles['packs']}>
        {[...month.packs].reverse().map((pack) => (
          <li key={pack.revision}>
            <b>{words.pack(pack.revision)}</b>
            <span>{words.packStatuses[pack.status]}</span>
            <span className={styles['quiet']}>
              {pack.decidedByName !== null && <><span translate="no">{words.by(pack.decidedByName)}</span> {pack.decidedAt !== null && <Time at={pack.decidedAt} />} · </>}
              {words.statuses['prepared'] !== undefined && <><span translate="no">{words.by(pack.preparedByName)}</span> <Time at={pack.preparedAt} /></>}
            </span>
            {pack.note !== null && <q translate="no">{pack.note}</q>}
            <span><span className={styles['quiet']}>{words.hash}</span> <IdText id={pack.hash} length={22} copy /></span>
            <Button variant="subtle" size="compact-xs" loading={download.isPending && download.variables === pack.revision} onClick={() => download.mutate(pack.revision)}>{words.download}</Button>
          </li>
        ))}
      </ol>
      <FailureAlert error={download.error} />
    </section>
  ); // prettier-ignore
}
