/** Groups of the opening balance that a person has taken on as work, or accepted as they are. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';

export type OpeningDecision = {
  readonly control: string;
  /** Empty for groups without money. */
  readonly currency: string;
  readonly decision: 'taken-on' | 'accepted';
  readonly reason: string;
  readonly madeBy: string;
  readonly madeAt: string;
};

const columns = 'control, currency, decision, reason, made_by as "madeBy", made_at as "madeAt"';

const listStatement = statement<OpeningDecision, []>(
  'list-opening-decisions',
  'reference',
  `select ${columns} from opening_decisions order by control, currency`,
);

export async function listOpeningDecisions(db: Runner): Promise<readonly OpeningDecision[]> {
  return db.run(listStatement, []);
}

const setStatement = statement<OpeningDecision, [string, string, string, string, string]>(
  'set-opening-decision',
  'reference',
  `insert into opening_decisions as d (control, currency, decision, reason, made_by) values ($1, $2, $3, $4, $5)
   on conflict (control, currency) do update
     set decision = excluded.decision, reason = excluded.reason, made_by = excluded.made_by, made_at = excluded.made_at
   returning ${columns}`,
);
const clearStatement = statement<object, [string, string]>(
  'clear-opening-decision',
  'reference',
  'delete from opening_decisions where control = $1 and currency = $2',
);

/** Decides on a group; `none` takes the decision back and gives undefined. */
export async function setOpeningDecision(
  db: Runner,
  decision: Omit<OpeningDecision, 'decision' | 'madeAt'> & {
    readonly decision: OpeningDecision['decision'] | 'none';
  },
): Promise<OpeningDecision | undefined> {
  const { control, currency, reason, madeBy } = decision;
  if (decision.decision === 'none') {
    await db.run(clearStatement, [control, currency]);
    return undefined;
  }
  return (await db.run(setStatement, [control, currency, decision.decision, reason, madeBy]))[0];
}
