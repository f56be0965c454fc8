/** The customers' pages: plain HTML without script, one thing per page. */
import type { DeskReturn } from '../../kernel/desk-return.ts';
import type { Language } from '../../kernel/wording.ts';
import {
  longDate,
  longTime,
  type CustomerItem,
  type CustomerMoney,
  type CustomerOrder,
} from './customer-order.ts';
import { pathWords, reasonWords, say, stageWords, wishWords } from './customer-words.ts';
import { html, type Html } from './html.ts';

export type PageFrame = { readonly language: Language; readonly shop: string; readonly title: string; /** This page in the other language. */ readonly otherUrl: string }; // prettier-ignore

/** The whole page around its content. */
export function page({ language, shop, title, otherUrl }: PageFrame, content: Html): string {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<title>${title}${shop === '' ? '' : ` · ${shop}`}</title>
<link rel="stylesheet" href="/my-return/style.css">
</head>
<body>
<a class="skip" href="#content">${say('skip', language)}</a>
<header><strong>${shop === '' ? say('title', language) : shop}</strong><nav aria-label="${language === 'de' ? 'Sprache' : 'Language'}"><a href="${otherUrl}" lang="${language === 'de' ? 'en' : 'de'}" hreflang="${language === 'de' ? 'en' : 'de'}">${say('other', language)}</a></nav></header>
<main id="content">
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`.html; // prettier-ignore
}

export type Entered = {
  readonly order?: string;
  readonly email?: string;
  readonly name?: string;
  readonly part?: string;
};

const hiddenField = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}" />`;

const alert = (problem: string | undefined): Html | undefined =>
  problem === undefined ? undefined : html`<p class="note bad" role="alert">${problem}</p>`;

export function entryPage(language: Language, entered: Entered, problem?: string): Html {
  return html`${alert(problem)}<form class="card" method="post" action="/my-return/link?lang=${language}">
<p>${say('entryLead', language)}</p>
<label for="order">${say('orderNumber', language)}</label><p class="hint" id="order-hint">${say('orderHint', language)}</p>
<input id="order" name="order" required maxlength="60" autocomplete="off" aria-describedby="order-hint" value="${entered.order ?? ''}">
<label for="email">${say('email', language)}</label>
<input id="email" name="email" type="email" required maxlength="254" autocomplete="email" value="${entered.email ?? ''}">
<button>${say('sendLink', language)}</button>
</form>
<section><h2>${say('withdrawHere', language)}</h2><p>${say('withdrawLead', language)}</p><p>${say('withdrawDirect', language)}</p>
<a class="button quiet" href="/my-return/withdraw?lang=${language}">${say('withdrawHere', language)}</a></section>`; // prettier-ignore
}

export function sentPage(language: Language): Html {
  return html`<section role="status"><p>${say('sentText', language)}</p><p><a href="/my-return?lang=${language}">${say('again', language)}</a></p></section>`; // prettier-ignore
}

export function directWithdrawPage(language: Language, entered: Entered, problem?: string): Html {
  const isPart = (entered.part ?? '') !== '';
  return html`${alert(problem)}<form class="card" method="post" action="/my-return/withdraw?lang=${language}">
<p>${say('withdrawLead', language)}</p>
<label for="name">${say('name', language)}</label><input id="name" name="name" required maxlength="200" autocomplete="name" value="${entered.name ?? ''}">
<label for="order">${say('orderNumber', language)}</label><input id="order" name="order" required maxlength="60" autocomplete="off" value="${entered.order ?? ''}">
<label for="email">${say('emailForReceipt', language)}</label><input id="email" name="email" type="email" required maxlength="254" autocomplete="email" value="${entered.email ?? ''}">
<fieldset><legend>${say('what', language)}</legend>
<label class="choice"><input type="radio" name="what" value="whole"${isPart ? '' : html` checked`}>${say('wholeOrder', language)}</label>
<label class="choice"><input type="radio" name="what" value="part"${isPart ? html` checked` : ''}>${say('partOfOrder', language)}</label>
<label for="part">${say('whichPart', language)}</label><textarea id="part" name="part" rows="3" maxlength="1000">${entered.part ?? ''}</textarea></fieldset>
<button>${say('next', language)}</button>
</form>`; // prettier-ignore
}

/** The second step: what was declared, word for word, and the one button that makes it so. */
export function confirmPage(
  language: Language,
  statement: string,
  action: string,
  fields: Readonly<Record<string, string>>,
  back: string,
): Html {
  return html`<form class="card" method="post" action="${action}">
<p>${say('confirmLead', language)}</p><p class="quote">${statement}</p>
${Object.entries(fields).map(([name, value]) => hiddenField(name, value))}
<button>${say('confirmWithdrawal', language)}</button><a class="button quiet" href="${back}">${say('back', language)}</a>
</form>`; // prettier-ignore
}

export type Acknowledged = {
  readonly statement: string;
  readonly at: string;
  readonly zone: string;
  readonly email: string;
  readonly legalOn?: string;
  readonly rma?: string;
  readonly backUrl?: string;
};

export function acknowledgedPage(language: Language, done: Acknowledged): Html {
  const { statement, at, zone, email, legalOn, rma, backUrl } = done;
  return html`<section role="status">
<p><strong><time datetime="${at}">${say('ackTime', language, { time: longTime(at, language, zone) })}</time></strong></p>
<p class="quote">${statement}</p>
${rma === undefined ? '' : html`<p>${say('withdrawalNo', language, { rma })}</p>`}
<p>${say('ackMail', language, { email })}</p>
${legalOn === undefined ? '' : html`<p>${say('ackLegal', language, { date: longDate(legalOn, language, zone) })}</p>`}
${backUrl === undefined ? '' : html`<p><a href="${backUrl}">${say('order', language, { order: '' })}</a></p>`}
</section>`; // prettier-ignore
}

// ------------------------------------------------------------------------------------------------- pages of one order

export function orderPage(language: Language, order: CustomerOrder, base: string, now: string): Html {
  const { zone, returns } = order;
  const placed =
    order.placedAt === undefined
      ? ''
      : say('placedOn', language, { date: longDate(order.placedAt, language, zone) });
  const canReturn = order.items.some((item) => item.returnable > 0);
  const canWithdraw = order.mayWithdraw && order.items.some((item) => item.withdrawable > 0);
  return html`<p class="soft">${placed}</p>
${order.money.length === 0 ? '' : moneySection(language, order)}
${returns.length === 0 ? html`<section><p>${say('nothingYet', language)}</p></section>` : returns.map((one) => returnSection(language, order, one, base))}
${canReturn ? html`<section><h2>${say('returnTitle', language)}</h2><p>${say('returnLead', language)}</p><a class="button" href="${base}/request?lang=${language}">${say('returnTitle', language)}</a></section>` : ''}
${canWithdraw ? html`<section><h2>${say('withdrawHere', language)}</h2><p>${say('withdrawLead', language)}</p><a class="button quiet" href="${base}/withdraw?lang=${language}">${say('withdrawHere', language)}</a></section>` : ''}
<p class="soft">${say('asOf', language, { time: longTime(now, language, zone) })}<br>${say('private', language)}</p>`; // prettier-ignore
}

function moneySection(language: Language, { money, zone }: CustomerOrder): Html {
  return html`<section>
    <h2>${say('money', language)}</h2>
    ${money.map((one) => moneyLine(language, one, zone))}
  </section>`;
}

function moneyLine(language: Language, one: CustomerMoney, zone: string): Html {
  if (one.is !== 'comes') {
    const word = { 'went-back': 'wentBack', 'on-its-way': 'onItsWay', failed: 'failed' } as const;
    return html`<p>${say(word[one.is], language, { amount: one.amount, date: longDate(one.at, language, zone), tender: one.tender })}</p>`; // prettier-ignore
  }
  const date = one.byDate === undefined ? '' : longDate(one.byDate, language, zone);
  const when =
    one.after === 'goods' ? say('comesAfterGoods', language, { date })
    : one.after === 'check' ? say('comesAfterCheck', language)
    : date === '' ? '' : say('comesBy', language, { date }); // prettier-ignore
  return html`<p><span class="figure">${one.amount}</span> ${say('comes', language, { tender: one.tender })}${when === '' ? '' : `, ${when}`}.</p>`; // prettier-ignore
}

const paths = ['received', 'inspected', 'refunded'] as const;
const ended: ReadonlySet<string> = new Set(['rejected', 'cancelled', 'expired', 'kept']);

function returnSection(language: Language, order: CustomerOrder, one: DeskReturn, base: string): Html {
  const nameOf = (sku: string): string => order.items.find((item) => item.sku === sku)?.name ?? sku;
  const title = say(one.kind === 'withdrawal' ? 'withdrawalNo' : 'returnNo', language, { rma: one.rma });
  const isWaiting = one.stage === 'approved' || one.stage === 'withdrawn';
  const isPaid = order.money.some((money) => money.is === 'went-back' && money.at >= one.openedAt);
  const reached = one.stage === 'received' ? 1 : one.stage === 'inspected' ? 2 : 0;
  const units = one.units.map(
    (own) => `${Math.max(own.requested, own.allowed, own.received, own.kept)} × ${nameOf(own.sku)}`,
  );
  const path = ended.has(one.stage) ? '' : html`<ol class="path"><li class="done">${longDate(one.openedAt, language, order.zone)}: ${stageWords[one.kind === 'withdrawal' ? 'withdrawn' : 'requested'][language]}</li>
${isWaiting && one.stage === 'approved' ? html`<li class="done">${stageWords.approved[language]}</li>` : ''}
${paths.map((step, index) => html`<li class="${index < reached || (step === 'refunded' && isPaid) ? 'done' : index === reached ? 'now' : ''}">${pathWords[step][language]}</li>`)}</ol>`; // prettier-ignore
  return html`<section><h2>${title}</h2>
<p>${one.wholeOrder ? say('wholeOrder', language) : units.join(', ')}</p>
<p><strong>${stageWords[one.stage][language]}</strong></p>
${path}${isWaiting ? shippingBlock(language, order, one, base) : ''}</section>`; // prettier-ignore
}

function shippingBlock(language: Language, order: CustomerOrder, one: DeskReturn, base: string): Html {
  const address = order.returnAddress?.split(/[,\n]/).map((part) => part.trim()) ?? [];
  return html`${address.length === 0 ? '' : html`<p>${say('sendTo', language)}:<br>${address.map((part, index) => html`${index === 0 ? '' : html`<br>`}${part}`)}</p>`}
<p>${say('putInside', language, { rma: one.rma })}</p>
${one.dispatchProvedAt !== undefined ? html`<p class="note">${say('proved', language, { date: longDate(one.dispatchProvedAt, language, order.zone) })}</p>` : html`<form method="post" action="${base}/sent?lang=${language}">
${hiddenField('rma', one.rma)}<label for="t-${one.rma}">${say('tracking', language)}</label>
<input id="t-${one.rma}" name="tracking" required maxlength="60" autocomplete="off"><button class="quiet">${say('sendTracking', language)}</button></form>`}`; // prettier-ignore
}

/** Choosing items for a return or a withdrawal. */
export function choosePage(
  language: Language,
  order: CustomerOrder,
  base: string,
  kind: 'request' | 'withdraw',
  once: string,
  problem?: string,
): Html {
  const most = (item: CustomerItem): number => (kind === 'request' ? item.returnable : item.withdrawable);
  const open = order.items.filter((item) => most(item) > 0);
  const back = html`<p><a href="${base}?lang=${language}">${say('back', language)}</a></p>`;
  if (open.length === 0)
    return html`<section>
      <p>${say('nothingLeft', language)}</p>
      ${back}
    </section>`;
  const choices = (words: Readonly<Record<string, Readonly<Record<Language, string>>>>): Html[] =>
    Object.entries(words).map(([value, text]) => html`<option value="${value}">${text[language]}</option>`);
  return html`${alert(problem)}<form class="card" method="post" action="${base}/${kind}?lang=${language}">
<p>${say(kind === 'request' ? 'returnLead' : 'withdrawLead', language)}</p>${hiddenField('once', once)}
<table><caption>${say('items', language)}</caption><thead><tr><th scope="col">${say('item', language)}</th><th scope="col" class="n">${say('bought', language)}</th><th scope="col" class="n">${say('howMany', language)}</th></tr></thead><tbody>
${open.map((item, index) => html`<tr><td id="i-${index}">${item.name}</td><td class="n">${item.bought}</td><td class="n"><select name="units:${item.sku}" aria-labelledby="i-${index}">${Array.from({ length: Math.min(most(item), 100) + 1 }, (_, count) => html`<option value="${count}"${kind === 'withdraw' && count === most(item) ? html` selected` : ''}>${count}</option>`)}</select></td></tr>`)}
</tbody></table>
${kind === 'request' ? html`<label for="reason">${say('reason', language)}</label><p class="hint" id="reason-hint">${say('optional', language)}</p><select id="reason" name="reason" aria-describedby="reason-hint"><option value=""></option>${choices(reasonWords)}</select>
<label for="wish">${say('wish', language)}</label><select id="wish" name="wish">${choices(wishWords)}</select>` : ''}
<button>${say(kind === 'request' ? 'sendRequest' : 'next', language)}</button>
</form>${back}`; // prettier-ignore
}

export function tellPage(language: Language, text: string, url: string): Html {
  return html`<section role="alert">
    <p>${text}</p>
    <p><a href="${url}">${say('back', language)}</a></p>
  </section>`;
}
