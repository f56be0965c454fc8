export const audit = {
  title: 'Audit',
  caption: 'Who or what did what, newest first',
  subject: 'Subject',
  subjectAbout: 'Order key, user/…, connection/…, policy',
  columns: { when: 'When', who: 'Who', what: 'What', subject: 'Subject' },
  before: 'Before',
  after: 'After',
  why: 'Why',
  verify: 'Verify the chain',
  verified: (chains: number) =>
    `${chains} ${chains === 1 ? 'chain fits' : 'chains fit'}: nothing was changed.`,
  broken: (chain: string, position: number) => `${chain}: entry ${position} does not fit the one before it.`,
  nothing: 'Nothing was done yet',
  nothingTodo: 'Every act of a person or of Reentry is recorded here.',
};
