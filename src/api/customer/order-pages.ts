/** The pages behind a signed link: where the order stands, asking for a return, withdrawing, proof of dispatch. */
import type { FastifyInstance } from 'fastify';
import { legalDay } from '../../kernel/desk-return.ts';
import type { StepWish } from '../../kernel/desk-step.ts';
import { wishes, type Wish } from '../../kernel/fact.ts';
import { findAddressee } from '../../engine/notices/find-addressee.ts';
import { newId } from '../../store/ids.ts';
import { auditAs } from '../audited.ts';
import { mailOfStep } from '../step-mail.ts';
import { formOf, unitsOfForm, type Form } from './customer-forms.ts';
import { customerOrder } from './customer-order.ts';
import { acknowledgedPage, choosePage, confirmPage, orderPage, tellPage } from './customer-pages.ts';
import { postRate, whyNot, type CustomerRoom } from './customer-routes.ts';
import { reasonWords, say } from './customer-words.ts';
import { withdrawalStatement } from './withdrawal-statement.ts';

const by = { by: 'customer', as: 'customer' } as const;
const oncePattern = /^[0-9a-f-]{36}$/;

export function addOrderPages(app: FastifyInstance, room: CustomerRoom): void {
  const { api, send } = room;
  const config = { access: 'public', repeats: true } as const;
  const schema = { hide: true } as const;
  const posts = { config: { ...config, ...postRate }, schema } as const;

  app.get('/my-return/o/:token', { config, schema }, async (request, reply) => {
    const opened = await room.open(request, reply);
    if (opened === undefined) return reply;
    const { order, base, language } = opened;
    const shown = customerOrder(order, language);
    const content = orderPage(language, shown, base, new Date(api.clock()).toISOString());
    return send(
      request,
      reply,
      say('order', language, { order: shown.number }),
      content,
      shown.shop,
      200,
      language,
    );
  });

  for (const kind of ['request', 'withdraw'] as const)
    app.get(`/my-return/o/:token/${kind}`, { config, schema }, async (request, reply) => {
      const opened = await room.open(request, reply);
      if (opened === undefined) return reply;
      const { order, base, language } = opened;
      const shown = customerOrder(order, language);
      const title = say(kind === 'request' ? 'returnTitle' : 'withdrawHere', language);
      return send(
        request,
        reply,
        title,
        choosePage(language, shown, base, kind, newId()),
        shown.shop,
        200,
        language,
      );
    });

  app.post('/my-return/o/:token/request', posts, async (request, reply) => {
    const opened = await room.open(request, reply);
    if (opened === undefined) return reply;
    const { order, base, language } = opened;
    const form = formOf(request);
    const also = await mailOfStep(api, order, 'request');
    const decided = await api.engine.decide({
      orderKey: order.state.orderKey, wish: requestOf(form), by, ...onceOf(form), ...(also !== undefined && { also }),
    }); // prettier-ignore
    const shown = customerOrder(order, language);
    if (!decided.ok)
      return send(request, reply, say('returnTitle', language), choosePage(language, shown, base, 'request', newId(), whyNot(decided, language)), shown.shop, 409, language); // prettier-ignore
    await auditAs(api, request, 'customer', { chain: order.state.orderKey, action: 'return.request', after: { entryId: decided.entryId, rma: decided.rma ?? null } }); // prettier-ignore
    api.hub.tell({ kind: 'order', key: order.state.orderKey });
    return reply.redirect(`${base}?lang=${language}`, 303);
  });

  // Declares: shows what it says and asks to confirm. Nothing is stored yet.
  app.post('/my-return/o/:token/withdraw', posts, async (request, reply) => {
    const opened = await room.open(request, reply);
    if (opened === undefined) return reply;
    const { order, base, language } = opened;
    const form = formOf(request);
    const shown = customerOrder(order, language);
    const units = unitsOfForm(form);
    if (units.length === 0) {
      const content = choosePage(language, shown, base, 'withdraw', newId(), whyNot({ reason: 'nothing-named', about: {} }, language)); // prettier-ignore
      return send(request, reply, say('withdrawHere', language), content, shown.shop, 400, language);
    }
    const fields = { ...Object.fromEntries([...form].filter(([name]) => name.startsWith('units:'))), once: form.get('once') ?? newId() }; // prettier-ignore
    const statement = await statementOf(room, order.state.orderKey, form, shown, language);
    const content = confirmPage(language, statement.text, `${base}/withdraw/confirm?lang=${language}`, fields, `${base}/withdraw?lang=${language}`); // prettier-ignore
    return send(request, reply, say('confirmTitle', language), content, shown.shop, 200, language);
  });

  // Confirms: the declaration, its facts and the mail that acknowledges it are stored together.
  app.post('/my-return/o/:token/withdraw/confirm', posts, async (request, reply) => {
    const opened = await room.open(request, reply);
    if (opened === undefined) return reply;
    const { order, base, language } = opened;
    const form = formOf(request);
    const shown = customerOrder(order, language);
    const also = await mailOfStep(api, order, 'withdraw');
    const { units, text, email } = await statementOf(room, order.state.orderKey, form, shown, language);
    const decided = await api.engine.decide({
      orderKey: order.state.orderKey, by, ...onceOf(form), ...(also !== undefined && { also }),
      wish: { step: 'withdraw', ...(units !== undefined && { units }) },
    }); // prettier-ignore
    if (!decided.ok)
      return send(request, reply, say('notNow', language), tellPage(language, whyNot(decided, language), `${base}?lang=${language}`), shown.shop, 409, language); // prettier-ignore
    if (!decided.isRepeated)
      await auditAs(api, request, 'customer', { chain: order.state.orderKey, action: 'return.withdraw', after: { entryId: decided.entryId, rma: decided.rma ?? null } }); // prettier-ignore
    api.hub.tell({ kind: 'order', key: order.state.orderKey });
    const content = acknowledgedPage(language, {
      statement: text, at: decided.at, zone: shown.zone, email, legalOn: legalDay(decided.at, shown.zone),
      ...(decided.rma !== undefined && { rma: decided.rma }), backUrl: `${base}?lang=${language}`,
    }); // prettier-ignore
    return send(request, reply, say('ackTitle', language), content, shown.shop, 200, language);
  });

  app.post('/my-return/o/:token/sent', posts, async (request, reply) => {
    const opened = await room.open(request, reply);
    if (opened === undefined) return reply;
    const { order, base, language } = opened;
    const form = formOf(request);
    const [rma = '', tracking = ''] = [form.get('rma'), form.get('tracking')];
    const wish: StepWish = {
      step: 'prove-dispatch',
      rma,
      text: `tracking ${tracking}`,
      ...(tracking !== '' && { tracking }),
    };
    const decided = tracking === '' ? ({ ok: false, reason: 'evidence-needed', about: {} } as const) : await api.engine.decide({ orderKey: order.state.orderKey, wish, by, request: `customer sent ${rma} ${tracking}` }); // prettier-ignore
    if (!decided.ok)
      return send(request, reply, say('notNow', language), tellPage(language, whyNot(decided, language), `${base}?lang=${language}`), '', 409, language); // prettier-ignore
    await auditAs(api, request, 'customer', { chain: order.state.orderKey, action: 'return.prove-dispatch', after: { entryId: decided.entryId, rma } }); // prettier-ignore
    api.hub.tell({ kind: 'order', key: order.state.orderKey });
    return reply.redirect(`${base}?lang=${language}`, 303);
  });
}

function requestOf(form: Form): StepWish {
  const [reason = '', wish = ''] = [form.get('reason'), form.get('wish')];
  return {
    step: 'request', units: unitsOfForm(form), ...(Object.hasOwn(reasonWords, reason) && { reason }),
    ...((wishes as readonly string[]).includes(wish) && { wish: wish as Wish }),
  }; // prettier-ignore
}

/** A form sent twice by an impatient finger is one. */
function onceOf(form: Form): { request?: string } {
  const once = form.get('once') ?? '';
  return oncePattern.test(once) ? { request: `customer ${once}` } : {};
}

/** What the form withdraws from: everything that is left is the whole order only where nothing is in a return yet. */
async function statementOf(
  { api }: CustomerRoom,
  orderKey: string,
  form: Form,
  shown: ReturnType<typeof customerOrder>,
  language: 'en' | 'de',
) {
  const units = unitsOfForm(form);
  const isWhole = shown.items.every(
    (item) => (units.find((unit) => unit.sku === item.sku)?.quantity ?? 0) === item.bought,
  );
  const named = units.map((unit) => ({
    ...unit,
    name: shown.items.find((item) => item.sku === unit.sku)?.name ?? unit.sku,
  }));
  const addressee = await findAddressee(api.db, api.config.seal, orderKey);
  const email = addressee?.email ?? '';
  const declared = { order: shown.number, email, ...(addressee?.name !== undefined && { name: addressee.name }), ...(!isWhole && { units: named }) }; // prettier-ignore
  return { text: withdrawalStatement(declared, language), email, units: isWhole ? undefined : units };
}
