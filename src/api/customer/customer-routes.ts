/**
 * The customers' pages under /my-return: asked for by order number and e-mail, opened by a signed link, without login
 * and without script. What is asked there says the same whether an order exists or not, in the same time.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { OpenOrder } from '../../engine/decide-order.ts';
import { queueCustomerMail } from '../../engine/notices/queue-customer-mail.ts';
import { refusalText } from '../../kernel/refusal.ts';
import { normalizeNumber } from '../../kernel/term.ts';
import type { Language } from '../../kernel/wording.ts';
import { readConnectionSecrets } from '../../store/connection-secrets.ts';
import { listOrderStates } from '../../store/list-orders.ts';
import { listRecordsOfPerson } from '../../store/person-fields.ts';
import { readObjects } from '../../store/read-objects.ts';
import { AppError } from '../../wire/errors.ts';
import type { ApiContext } from '../api-config.ts';
import { customerAddress, linkLifeMs, makeCustomerToken, readCustomerToken } from './customer-link.ts';
import { customerStyle } from './customer-style.ts';
import { formBytesMax, formOf, isEmail, languageOfRequest, parseForm } from './customer-forms.ts';
import { longTime } from './customer-order.ts';
import { entryPage, page, sentPage, tellPage } from './customer-pages.ts';
import { addDirectWithdrawal } from './direct-withdrawal.ts';
import { addOrderPages } from './order-pages.ts';
import { say } from './customer-words.ts';
import type { Html } from './html.ts';

/** Forms and pages per minute and address. */
const perMinute = { posts: 20, pages: 120 } as const;
export const postRate = { rateLimit: { max: perMinute.posts, timeWindow: 60_000 } } as const;
const pageRate = { rateLimit: { max: perMinute.pages, timeWindow: 60_000 } } as const;
/** Links under way at once; more are a flood. */
const pendingMax = 200;
const signatureLifeMs = 10 * 60_000;

/** What the pages share. */
export type CustomerRoom = {
  readonly api: ApiContext;
  send(
    request: FastifyRequest,
    reply: FastifyReply,
    title: string,
    content: Html,
    shop?: string,
    status?: number,
    ofOrder?: string,
  ): FastifyReply;
  /** The order of the link in the address; undefined after the page was sent that says why not. */
  open(
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ order: OpenOrder; token: string; base: string; language: Language } | undefined>;
};

export async function addCustomerRoutes(app: FastifyInstance, api: ApiContext): Promise<void> {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: formBytesMax }, (_request, body, done) => {
    done(null, parseForm(body as string));
  }); // prettier-ignore
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-robots-tag', 'noindex, nofollow, noarchive');
  });
  const room = openRoom(api);
  app.setErrorHandler((error, request, reply) => {
    const language = languageOfRequest(request);
    const isFlood = error instanceof AppError && error.code === 'rate-limited';
    if (!isFlood) request.log.error({ err: error }, 'customer page failed');
    const text = say(isFlood ? 'tooMany' : 'later', language);
    return room.send(request, reply, say('notNow', language), tellPage(language, text, `/my-return?lang=${language}`), '', isFlood ? 429 : 503); // prettier-ignore
  });
  const config = { access: 'public', repeats: true } as const;
  const hide = { hide: true } as const;
  const pending = new Set<Promise<void>>();
  app.addHook('onClose', async () => void (await Promise.allSettled(pending)));

  app.get('/my-return/style.css', { config, schema: hide }, async (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=3600').serializer((body: unknown) => String(body)).send(customerStyle),
  ); // prettier-ignore

  app.get('/my-return', { config: { ...config, ...pageRate }, schema: hide }, async (request, reply) => {
    const language = languageOfRequest(request);
    return room.send(request, reply, say('entryTitle', language), entryPage(language, {}));
  });

  app.post(
    '/my-return/link',
    { config: { ...config, ...postRate }, schema: hide },
    async (request, reply) => {
      const language = languageOfRequest(request);
      const form = formOf(request);
      const [order = '', email] = [form.get('order'), form.get('email')];
      if (order === '' || !isEmail(email))
      return room.send(request, reply, say('entryTitle', language), entryPage(language, { order, email: email ?? '' }, say('invalid', language)), '', 400); // prettier-ignore
      // After the answer: how long the look takes tells nobody whether there is such an order.
      if (pending.size < pendingMax) {
        const work = sendLink(api, order, email, language).catch((error: unknown) => request.log.error({ err: error }, 'link not sent')); // prettier-ignore
        pending.add(work);
        void work.finally(() => pending.delete(work));
      }
      return room.send(request, reply, say('sentTitle', language), sentPage(language));
    },
  );

  app.get(
    '/my-return/from-shop',
    { config: { ...config, ...pageRate }, schema: hide },
    async (request, reply) => {
      const token = await tokenFromShop(api, request.query as Readonly<Record<string, unknown>>);
      const language = languageOfRequest(request);
      return reply.redirect(
        token === undefined ? `/my-return?lang=${language}` : customerAddress('', token, language),
      );
    },
  );

  addDirectWithdrawal(app, room);
  addOrderPages(app, room);
}

function openRoom(api: ApiContext): CustomerRoom {
  const send: CustomerRoom['send'] = (
    request,
    reply,
    title,
    content,
    shop = '',
    status = 200,
    ofOrder = undefined,
  ) => {
    const language = languageOfRequest(request, ofOrder);
    const path = request.method === 'GET' ? request.url.split('?', 1)[0]! : '/my-return';
    const otherUrl = `${path}?lang=${language === 'de' ? 'en' : 'de'}`;
    return reply
      .code(status)
      .type('text/html; charset=utf-8')
      .header('content-language', language)
      .serializer((body: unknown) => String(body))
      .send(page({ language, shop, title, otherUrl }, content));
  };
  return {
    api,
    send,
    async open(request, reply) {
      const { token } = request.params as { readonly token: string };
      const orderKey = readCustomerToken(api.config.seal, token, api.clock());
      const order = orderKey === undefined ? undefined : await api.engine.openOrder(orderKey);
      if (order === undefined) {
        const language = languageOfRequest(request);
        send(request, reply, say('linkOver', language), tellPage(language, say('linkOverText', language), `/my-return?lang=${language}`), '', 410); // prettier-ignore
        return undefined;
      }
      const language = languageOfRequest(request, order.state.positions.home?.language);
      return { order, token, base: `/my-return/o/${token}`, language };
    },
  };
}

/** Mails the link where order number and address belong together. */
async function sendLink(api: ApiContext, number: string, email: string, language: Language): Promise<void> {
  const { db, config } = api;
  const objects = await readObjects(db, await listRecordsOfPerson(db, config.seal, email));
  const states = await listOrderStates(db, [...new Set(objects.flatMap((object) => object.orderKeys))]);
  const wanted = normalizeNumber(number);
  for (const state of states.filter((one) => normalizeNumber(one.number) === wanted)) {
    const now = api.clock();
    const token = makeCustomerToken(config.seal, state.orderKey, now + linkLifeMs);
    const order = await api.engine.openOrder(state.orderKey);
    const zone = order?.policy.zone ?? 'UTC';
    const time = longTime(new Date(now).toISOString(), language, zone);
    const shop = order?.policy.shopName;
    await queueCustomerMail(db, config.seal, {
      orderKey: state.orderKey, template: 'status', language, to: email,
      values: { order: state.number, time, content: say('entryTitle', language), link: customerAddress(config.publicUrl, token, language), ...(shop !== undefined && { shop }) },
      // One link per order and ten minutes: a mailbox cannot be flooded through us.
      onceKey: `link/${Math.floor(now / signatureLifeMs)}`,
    }); // prettier-ignore
  }
}

/**
 * A link that the shop itself signs for a customer who is logged in there: `connection`, `order` (the shop's id),
 * `time` (seconds) and `signature`, HMAC-SHA256 over `connection.order.time` with the connection's secret
 * `customerPages`.
 */
async function tokenFromShop(
  api: ApiContext,
  query: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const { connection, order, time, signature } = query;
  if (typeof connection !== 'string' || typeof order !== 'string' || typeof time !== 'string' || typeof signature !== 'string') return undefined; // prettier-ignore
  const now = api.clock();
  if (!/^\d{9,11}$/.test(time) || Math.abs(Number(time) * 1000 - now) > signatureLifeMs) return undefined;
  const secret = (await readConnectionSecrets(api.db, api.config.seal, connection))['customerPages'];
  if (secret === undefined || secret.length < 16) return undefined;
  const expected = createHmac('sha256', secret).update(`${connection}.${order}.${time}`).digest('hex');
  const [left, right] = [Buffer.from(expected), Buffer.from(signature)];
  if (left.length !== right.length || !timingSafeEqual(left, right)) return undefined;
  return makeCustomerToken(api.config.seal, `${connection}/${order}`, now + linkLifeMs);
}

/** Why a step did not go, in the customer's language. */
export function whyNot(
  refused: { readonly reason: string; readonly about?: Readonly<Record<string, string | number>> },
  language: Language,
): string {
  return refused.about === undefined ? say('later', language) : refusalText(refused as Parameters<typeof refusalText>[0], language); // prettier-ignore
}
