/** Notices: what was told to whom, in which wording; telling a customer. */
import type { StoredState } from '../../engine/fold-orders.ts';
import {
  customerTemplates, fieldsOfTemplate, templateFields, templateNames, type TemplateName, type TemplateValues,
} from '../../engine/notices/customer-templates.ts'; // prettier-ignore
import {
  languageOf,
  previewCustomerMail,
  queueCustomerMail,
} from '../../engine/notices/queue-customer-mail.ts';
import type { Fact } from '../../kernel/fact.ts';
import { dateText, languages, moneyText, type Language } from '../../kernel/wording.ts';
import { listOrderStates, type StoredOrderState } from '../../store/list-orders.ts';
import {
  deleteTemplate,
  listTemplates,
  putTemplate,
  type StoredTemplate,
} from '../../store/notice-templates.ts';
import { listNotices, withdrawNotice } from '../../store/notices.ts';
import { listFacts, readOrderInputs } from '../../store/order-inputs.ts';
import { readPersons } from '../../store/person-fields.ts';
import {
  noticeFilterSchema, noticePageSchema, noticeParamsSchema, putTemplateSchema, tellSchema, templateListSchema,
  templateParamsSchema, templateSchema, toldSchema, withdrawnSchema,
} from '../../wire/api-notices.ts'; // prettier-ignore
import { orderParamsSchema } from '../../wire/api-orders.ts';
import { callerOf } from '../access.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { readOrder } from '../find-order.ts';
import { Refused } from '../refused.ts';

const tags = ['notices'];

export function addNoticeRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;

  app.get(
    '/notices',
    {
      config: { access: 'notices.read' },
      schema: { tags, summary: 'What people were told, newest first', querystring: noticeFilterSchema, response: { 200: noticePageSchema } },
    },
    async (request) => {
      const page = await listNotices(db, request.query);
      const rows = page.rows.map(({ subjectKey: subject, noticeId, onceKey, ...row }) => ({ ...row, onceKey, subject, id: `${subject}~${noticeId}` }));
      return { rows, next: page.next ?? null };
    },
  ); // prettier-ignore

  app.post(
    '/notices/:notice/withdraw',
    {
      config: { access: 'notices.work' },
      schema: { tags, summary: 'Take a notice back before it goes out', params: noticeParamsSchema, response: { 200: withdrawnSchema } },
    },
    async (request) => {
      const { notice } = request.params;
      const tilde = notice.lastIndexOf('~');
      const ref = { subjectKey: notice.slice(0, tilde), noticeId: notice.slice(tilde + 1) };
      const isId = /^[0-9a-f-]{36}$/.test(ref.noticeId);
      if (!isId || !(await withdrawNotice(db, ref, callerOf(request).actor)))
        throw new Refused('notice-not-waiting', { detail: notice });
      await audit(api, request, { chain: ref.subjectKey, action: 'notice.withdrawn', after: { notice: ref.noticeId } });
      return { withdrawn: true as const };
    },
  ); // prettier-ignore

  addTemplateRoutes(app, api);
  addTellRoute(app, api);
}

function addTemplateRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;

  app.get(
    '/mail-templates',
    {
      config: { access: 'notices.read' },
      schema: { tags, summary: 'What customers are told, by language', response: { 200: templateListSchema } },
    },
    async () => {
      const own = await listTemplates(db);
      const rows = templateNames.flatMap((name) => languages.map((language) => toTemplate(name, language, own)));
      return { rows, fields: templateFields };
    },
  ); // prettier-ignore

  app.put(
    '/mail-templates/:template/:language',
    {
      config: { access: 'notices.write' },
      schema: { tags, summary: 'Put own wording in place', params: templateParamsSchema, body: putTemplateSchema, response: { 200: templateSchema } },
    },
    async (request) => {
      const { language } = request.params;
      const name = demandTemplate(request.params.template);
      const { version, subject, body, reason } = request.body;
      const { unknown } = fieldsOfTemplate({ subject, body });
      if (unknown.length > 0)
        throw new Refused('request-invalid', { fields: unknown.map((field) => ({ path: 'body', message: `{{${field}}} is none of: ${templateFields.join(', ')}` })) });
      const before = toTemplate(name, language, await listTemplates(db));
      const after = await putTemplate(db, { name, language, subject, body, version, setBy: callerOf(request).actor });
      if (after === undefined) throw new Refused('version-stale');
      await audit(api, request, { chain: 'mail-templates', action: 'template.set', before, after, why: reason });
      return toTemplate(name, language, [after]);
    },
  ); // prettier-ignore

  app.delete(
    '/mail-templates/:template/:language',
    {
      config: { access: 'notices.write' },
      schema: { tags, summary: 'Back to the wording that comes along', params: templateParamsSchema, response: { 200: templateSchema } },
    },
    async (request) => {
      const { language } = request.params;
      const name = demandTemplate(request.params.template);
      const before = toTemplate(name, language, await listTemplates(db));
      if (await deleteTemplate(db, name, language))
        await audit(api, request, { chain: 'mail-templates', action: 'template.reset', before });
      return toTemplate(name, language, []);
    },
  ); // prettier-ignore
}

function demandTemplate(name: string): TemplateName {
  if (!Object.hasOwn(customerTemplates, name))
    throw new Refused('request-invalid', { fields: [{ path: 'template', message: `is none of: ${templateNames.join(', ')}` }] }); // prettier-ignore
  return name as TemplateName;
}

function toTemplate(name: TemplateName, language: Language, own: readonly StoredTemplate[]) {
  const { needs, told, text } = customerTemplates[name];
  const set = own.find((one) => one.name === name && one.language === language);
  const { subject, body } = set ?? text[language];
  return { name, language, subject, body, isOwn: set !== undefined, version: set?.version ?? 0, needs, told };
}

function addTellRoute(app: ApiApp, api: ApiContext): void {
  const { db, config } = api;

  app.post(
    '/orders/:order/tell',
    {
      config: { access: 'customers.tell' },
      schema: {
        tags, summary: 'Tell the customer where the return stands',
        description: 'Shows the mail; with `apply` it is queued. The order knows that the customer was told once the mail server has accepted it; what nobody knows is not sent again.',
        params: orderParamsSchema, body: tellSchema, response: { 200: toldSchema },
      },
    },
    async (request) => {
      const { template, apply, values, ...body } = request.body;
      const name = demandTemplate(template);
      const order = await readOrder(db, request.params.order);
      const facts = (await listFacts(db, order.orderKey)).map((fact) => fact.body as Fact);
      const language = languageOf(body.language ?? facts.find((fact) => fact.type === 'order.placed')?.language);
      const all = { ...valuesOf(order, language, api.clock()), ...values };
      const mail = await previewCustomerMail(db, { template: name, language, values: all });
      if (mail.is === 'lacking')
        throw new Refused('request-invalid', { fields: mail.fields.map((field) => ({ path: `values.${field}`, message: 'has no value here' })) });
      const shown = { language, subject: mail.subject, text: mail.text };
      if (!apply) return { is: 'preview' as const, id: null, ...shown };
      const to = body.to ?? (await addressOf(api, order.orderKey));
      if (to === undefined) throw new Refused('customer-address-unknown', { detail: order.orderKey });
      // Said again in the same words it is the same mail: a click too many tells nobody twice.
      const onceKey = `tell/${name}/${config.seal.hash(`${to}\n${mail.subject}\n${mail.text}`)}`;
      const queued = await queueCustomerMail(db, config.seal, { orderKey: order.orderKey, template: name, language, values: all, to, onceKey, madeBy: callerOf(request).actor });
      const id = queued.is === 'queued' ? `${order.orderKey}~${queued.noticeId}` : null;
      await audit(api, request, { chain: order.orderKey, action: 'customer.told', after: { template: name, language, notice: id } });
      return { is: 'queued' as const, id, ...shown };
    },
  ); // prettier-ignore
}

/** What the order itself says to fill a mail with. */
function valuesOf(order: StoredOrderState, language: Language, now: number): TemplateValues {
  const { money, units, answer, problems } = order.state as StoredState;
  const today = new Date(now).toISOString();
  const items = units
    .filter((unit) => unit.approved + unit.received + unit.refunded > 0)
    .map((unit) => `${Math.max(unit.approved, unit.received, unit.refunded)} × ${unit.sku}`);
  const open = problems.find((problem) => problem.state === 'open' && problem.amount !== undefined)?.amount;
  const amount = open ?? { minor: money.refunded, currency: money.currency };
  return {
    order: order.number, items: items.join(', '), content: answer[language].map((sentence) => sentence.text).join('\n'),
    ...(amount.minor > 0 && { amount: moneyText(amount, language) }),
    date: dateText(today, language, 'UTC', ''), time: `${today.slice(0, 16).replace('T', ' ')} UTC`,
  }; // prettier-ignore
}

/** The e-mail address that the order's records carry. */
async function addressOf({ db, config }: ApiContext, orderKey: string): Promise<string | undefined> {
  const [state] = await listOrderStates(db, [orderKey]);
  const [inputs] = state === undefined ? [] : await readOrderInputs(db, [orderKey], { objects: false });
  const found = await readPersons(db, config.seal, inputs?.objectKeys ?? [], (field) => field === 'email');
  return found.fields[0]?.value;
}
