/** Support: find an order by what the customer says, and answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listOrders } from '../../src/store/list-orders.ts';
import { useConsole } from './console-world.ts';

const world = useConsole();

test('support finds an order by e-mail and copies the reply', async () => {
  const page = await world.open('support', '/orders', { permissions: ['clipboard-read', 'clipboard-write'] });
  const { rows } = await listOrders(world.db, { isReturn: true, verdict: 'breaks' });
  const order = rows[0]!;
  await page.goto(`${world.address}/console/orders/${order.orderKey}`);
  await page.getByRole('button', { name: 'Show customer' }).click();
  const customer = page.getByRole('heading', { name: 'Customer', exact: true }).locator('..');
  const [email] = /[\w.+-]+@[\w.-]+/.exec(await customer.innerText()) ?? [];
  assert.ok(email !== undefined, 'the customer has an address');

  await page.goto(`${world.address}/console/orders`);
  await page.getByRole('searchbox').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type(email);
  await page.keyboard.press('Enter');
  await page.getByText(`Found for “${email}”`).waitFor();
  await page.getByRole('link', { name: order.number, exact: true }).click();
  await page.getByRole('heading', { name: `Order ${order.number}` }).waitFor();
  await page.getByRole('button', { name: 'Copy reply' }).click();
  await page.getByRole('button', { name: 'Reply copied' }).waitFor();
  const reply = await page.evaluate<string>('navigator.clipboard.readText()');
  assert.match(reply, new RegExp(order.number));
  assert.doesNotMatch(reply, /ERP|Ops|owns this|gateway|credit note/i, 'no internals');
});

test('the page says what the answer of the API says, and each sentence leads to its records', async () => {
  const { rows } = await listOrders(world.db, { verdict: 'breaks', isReturn: true });
  const page = await world.open('support', `/orders/${rows[0]!.orderKey}`);
  const answer = page.getByRole('region', { name: 'Answer' });
  await answer.waitFor();
  await answer.getByRole('button', { name: '1 record proves it' }).first().click();
  await page.getByRole('heading', { name: 'Record as read' }).waitFor();
  assert.match(page.url(), /record=/, 'what is open stands in the address');
});
