/** Wording that people put in place of the one that comes along. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';

export type StoredTemplate = {
  readonly name: string;
  readonly language: string;
  readonly subject: string;
  readonly body: string;
  readonly version: number;
  readonly setBy: string;
  readonly setAt: string;
};

const columns = `t.name, t.language, t.subject, t.body, t.version, t.set_by as "setBy", t.set_at as "setAt"`;

const listStatement = statement<StoredTemplate, []>(
  'list-notice-templates',
  'reference',
  `select ${columns} from notice_templates t order by t.name, t.language`,
);

export async function listTemplates(db: Runner): Promise<readonly StoredTemplate[]> {
  return db.run(listStatement, []);
}

const putStatement = statement<StoredTemplate, [string, string, string, string, string, number]>(
  'put-notice-template',
  'reference',
  `insert into notice_templates as t (name, language, subject, body, set_by) values ($1, $2, $3, $4, $5)
   on conflict (name, language) do update
     set subject = excluded.subject, body = excluded.body, set_by = excluded.set_by, set_at = excluded.set_at, version = t.version + 1
     where t.version = $6
   returning ${columns}`,
);

/** Stores wording; `version` is the one that was read (0: the one that comes along). Undefined when it has changed. */
export async function putTemplate(
  db: Runner,
  template: Pick<StoredTemplate, 'name' | 'language' | 'subject' | 'body' | 'setBy' | 'version'>,
): Promise<StoredTemplate | undefined> {
  const { name, language, subject, body, setBy, version } = template;
  return (await db.run(putStatement, [name, language, subject, body, setBy, version]))[0];
}

const deleteStatement = statement<object, [string, string]>(
  'delete-notice-template',
  'reference',
  'delete from notice_templates where name = $1 and language = $2 returning name',
);

/** Back to the wording that comes along; false when it was in place already. */
export async function deleteTemplate(db: Runner, name: string, language: string): Promise<boolean> {
  return (await db.run(deleteStatement, [name, language])).length === 1;
}
