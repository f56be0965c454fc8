/** What else is done with goods that came, or never did: written off, sent back. For the return that is chosen, like counts and grades. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { stepPermissions } from '../../../src/wire/step-permissions.ts';
import type { DeskOrder, OfferedStep } from '../../api/returns.ts';
import { useMay } from '../../api/session.ts';
import { ofLanguage, useWords } from '../../words/words.ts';
import { StepForm } from './step-form.tsx';
import { choices, unitsFor } from './step-units.ts';
import styles from './desk.module.css';

type Props = {
  readonly order: DeskOrder;
  readonly rma: string | undefined;
  readonly onDone: (order: DeskOrder) => void;
};

export function GoodsSteps({ order, rma, onDone }: Props) {
  const { language } = useWords();
  const may = useMay();
  const [asked, setAsked] = useState<OfferedStep>();
  const one = order.returns.find((each) => each.rma === rma);
  const shown = (['write-off', 'send-back'] as const).flatMap((name) => {
    const isNeeded = choices[name].some((choice) => unitsFor(order, choice).length > 0);
    if (!isNeeded || !may(stepPermissions[name])) return [];
    return (one?.steps ?? order.steps).filter((step) => step.step === name && step.home === 'desk');
  });
  if (shown.length === 0) return null;
  return (
    <>
      <div className={styles['steps']}>
        {shown.map((step) => (
          <Button key={step.step} variant="default" aria-haspopup="dialog" disabled={!step.isOffered} onClick={() => setAsked(step)}>
            <span translate="no">{ofLanguage(step.title, language)}</span>
          </Button>
        ))}
      </div>
      {shown.map((step) => step.refused !== null && (
        <p key={step.step} className={styles['refused']} translate="no">{ofLanguage(step.title, language)}: {ofLanguage(step.refused.text, language)}</p>
      ))}
      {asked !== undefined && <StepForm order={order} step={asked} one={one} onClose={() => setAsked(undefined)} onDone={onDone} />}
    </>
  ); // prettier-ignore
}
