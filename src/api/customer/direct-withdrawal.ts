/**
 * Withdrawing without a link: declare, then confirm. It is stored and acknowledged at once, whoever it is from; which
 * order it belongs to is found afterwards, so the page says the same for every order number.
 */
import type { FastifyInstance } from 'fastify';
import { queueCustomerMail } from '../../engine/notices/queue-customer-mail.ts';
import { legalDay } from '../../kernel/desk-return.ts';
import type { Language } from '../../kernel/wording.ts';
import { newId } from '../../store/ids.ts';
import { storeDeclaration } from '../../store/declarations.ts';
import { formOf, isEmail, languageOfRequest, type Form } from './customer-forms.ts';
import { longDate, longTime } from './customer-order.ts';
import { acknowledgedPage, confirmPage, directWithdrawPage } from './customer-pages.ts';
import { postRate, type CustomerRoom } from './customer-routes.ts';
import { say } from './customer-words.ts';
import { withdrawalStatement } from './withdrawal-statement.ts';

type Given = { readonly name: string; readonly order: string; readonly email: string; readonly part: string };

const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function addDirectWithdrawal(app: FastifyInstance, room: CustomerRoom): void {
  const { api } = room;
  const config = { access: 'public', repeats: true } as const;

  app.get('/my-return/withdraw', { config, schema: { hide: true } }, async (request, reply) => {
    const language = languageOfRequest(request);
    return room.send(request, reply, say('withdrawHere', language), directWithdrawPage(language, {}));
  });

  app.post('/my-return/withdraw', { config: { ...config, ...postRate }, schema: { hide: true } }, async (request, reply) => {
    const language = languageOfRequest(request);
    const form = formOf(request);
    const given = readGiven(form);
    if (given === undefined) {
      const content = directWithdrawPage(language, Object.fromEntries(form), say('invalid', language));
      return room.send(request, reply, say('withdrawHere', language), content, '', 400);
    }
    const content = confirmPage(language, withdrawalStatement(given, language), `/my-return/withdraw/confirm?lang=${language}`, { ...given, id: newId() }, `/my-return/withdraw?lang=${language}`); // prettier-ignore
    return room.send(request, reply, say('confirmTitle', language), content);
  }); // prettier-ignore

  app.post('/my-return/withdraw/confirm', { config: { ...config, ...postRate }, schema: { hide: true } }, async (request, reply) => {
    const language = languageOfRequest(request);
    const form = formOf(request);
    const given = readGiven(form);
    const id = form.get('id') ?? '';
    if (given === undefined || !idPattern.test(id)) {
      const content = directWithdrawPage(language, Object.fromEntries(form), say('invalid', language));
      return room.send(request, reply, say('withdrawHere', language), content, '', 400);
    }
    const { zone, shop } = await api.engine.shop();
    const at = new Date(api.clock()).toISOString();
    const statement = withdrawalStatement(given, language);
    await declare(room, id, at, given, statement, language, { zone, shop });
    const content = acknowledgedPage(language, { statement, at, zone, email: given.email, legalOn: legalDay(at, zone) });
    return room.send(request, reply, say('ackTitle', language), content, shop ?? '');
  }); // prettier-ignore
}

/** Stores the declaration and its acknowledgement together: nobody is told what we do not have. */
async function declare(
  { api }: CustomerRoom,
  id: string,
  at: string,
  given: Given,
  statement: string,
  language: Language,
  { zone, shop }: { readonly zone: string; readonly shop: string | undefined },
): Promise<void> {
  const { seal } = api.config;
  await api.db.transaction(async (tx) => {
    await storeDeclaration(tx, seal, { id, declaredAt: at, content: { ...given, language } });
    await queueCustomerMail(tx, seal, {
      orderKey: `declaration/${id}`, template: 'withdrawal-received', language, to: given.email, onceKey: `withdrawal/${id}`,
      values: {
        order: given.order, content: statement, time: longTime(at, language, zone),
        legalDate: longDate(legalDay(at, zone), language, zone), ...(shop !== undefined && { shop }),
      },
    }); // prettier-ignore
  });
}

function readGiven(form: Form): Given | undefined {
  const [name = '', order = '', email, part = ''] = ['name', 'order', 'email', 'part'].map((field) =>
    form.get(field),
  );
  const isPart = form.get('what') === 'part' || (form.get('what') === undefined && part !== '');
  if (name === '' || order === '' || !isEmail(email) || (isPart && part === '')) return undefined;
  return { name, order, email, part: isPart ? part : '' };
}
