import type { audit as english } from '../en/audit.ts';

export const audit: typeof english = {
  title: 'Protokoll',
  caption: 'Wer oder was was getan hat, neueste zuerst',
  subject: 'Gegenstand',
  subjectAbout: 'Bestellschlüssel, user/…, connection/…, policy',
  columns: { when: 'Wann', who: 'Wer', what: 'Was', subject: 'Gegenstand' },
  before: 'Vorher',
  after: 'Nachher',
  why: 'Warum',
  verify: 'Kette prüfen',
  verified: (chains) => `${chains} ${chains === 1 ? 'Kette passt' : 'Ketten passen'}: nichts wurde geändert.`,
  broken: (chain, position) => `${chain}: Eintrag ${position} passt nicht zum vorigen.`,
  nothing: 'Noch nichts geschehen',
  nothingTodo: 'Jede Handlung eines Menschen und von Reentry selbst steht hier.',
};
