/** Who placed an order, as far as its records tell. */
import type { Database } from '../../store/database.ts';
import { readOrderInputs } from '../../store/order-inputs.ts';
import { readPersons } from '../../store/person-fields.ts';
import type { Seal } from '../../store/seal.ts';

export type Addressee = { readonly email: string; readonly name: string | undefined };

export async function findAddressee(
  db: Database,
  seal: Seal,
  orderKey: string,
): Promise<Addressee | undefined> {
  const [inputs] = await readOrderInputs(db, [orderKey], { objects: false });
  const { fields } = await readPersons(db, seal, inputs?.objectKeys ?? [], (field) => field === 'email' || field === 'name'); // prettier-ignore
  const valueOf = (name: string): string | undefined => fields.find(({ field }) => field === name)?.value;
  const email = valueOf('email');
  return email === undefined ? undefined : { email, name: valueOf('name') };
}
