/**
 * What has to be known before a system can be spoken to: the questions that `reentry connect add` asks, in its order. A
 * secret never comes as an option of a command; see `environmentName` for the variable it may come in.
 */

export type Question = {
  /** As the connector knows it: a name of `secrets` or of `settings.fields`. */
  readonly name: string;
  /** What is asked, in the words of the system itself. */
  readonly label: string;
  readonly isOptional?: true;
  /** Shown while it is typed: a user's name is no secret. */
  readonly isShown?: true;
};

export type ConnectionForm = {
  readonly address: {
    readonly label: string;
    readonly example: string;
    /** Taken where nothing else is said; without one an address must be given. */
    readonly usual?: string;
  };
  readonly secrets: readonly Question[];
  /** Settings without which it cannot be spoken to. */
  readonly fields: readonly Question[];
  /** `made`: the signing secret of webhooks is ours, and they are set up by us; `asked`: it comes from the system. */
  readonly webhooks: 'made' | 'asked' | 'none';
};

const userAndPassword: readonly Question[] = [
  { name: 'user', label: 'User (made for Reentry alone)', isShown: true },
  { name: 'password', label: 'Password or API key' },
];
const webhook = (label: string): Question => ({ name: 'webhook', label, isOptional: true });

export const connectionForms: Readonly<Record<string, ConnectionForm>> = {
  woocommerce: {
    address: { label: 'Address of the shop', example: 'https://shop.example' },
    secrets: [
      { name: 'consumerKey', label: 'Consumer key (ck_…; WooCommerce › Settings › Advanced › REST API)' },
      { name: 'consumerSecret', label: 'Consumer secret (cs_…)' },
    ],
    fields: [],
    webhooks: 'made',
  },
  odoo: {
    address: { label: 'Address of Odoo', example: 'https://company.odoo.com' },
    fields: [{ name: 'database', label: 'Name of the database', isShown: true }],
    secrets: userAndPassword,
    webhooks: 'none',
  },
  tryton: {
    address: { label: 'Address of Tryton with its database', example: 'https://erp.example/company/' },
    fields: [],
    secrets: userAndPassword,
    webhooks: 'none',
  },
  rt: {
    address: { label: 'Address of Request Tracker', example: 'https://rt.example' },
    fields: [],
    secrets: [
      { name: 'token', label: 'Authentication token (empty: user and password)', isOptional: true },
      { name: 'user', label: 'User', isShown: true, isOptional: true },
      { name: 'password', label: 'Password', isOptional: true },
      webhook('Key that the scrip signs with (empty: polling only)'),
    ],
    webhooks: 'asked',
  },
  hubspot: {
    address: { label: 'Address of HubSpot', example: 'https://api.hubapi.com', usual: 'https://api.hubapi.com' },
    fields: [],
    secrets: [
      { name: 'token', label: 'Access token of the private app (pat-…)' },
      { name: 'clientSecret', label: 'Client secret of the app (empty: polling only)', isOptional: true },
    ],
    webhooks: 'none',
  },
  zendesk: {
    address: { label: 'Address of Zendesk', example: 'https://company.zendesk.com' },
    fields: [],
    secrets: [
      { name: 'user', label: 'E-mail of the agent the token is used as', isShown: true },
      { name: 'token', label: 'API token (Admin Center › Apps and integrations › APIs)' },
      webhook('Signing secret of the webhook (empty: polling only)'),
    ],
    webhooks: 'asked',
  },
  stripe: {
    address: { label: 'Address of Stripe', example: 'https://api.stripe.com', usual: 'https://api.stripe.com' },
    fields: [],
    secrets: [
      { name: 'key', label: 'Restricted key (rk_…; Developers › API keys)' },
      webhook('Signing secret of the webhook (whsec_…; empty: polling only)'),
    ],
    webhooks: 'asked',
  },
  sendcloud: {
    address: {
      label: 'Address of Sendcloud',
      example: 'https://panel.sendcloud.sc',
      usual: 'https://panel.sendcloud.sc',
    },
    fields: [],
    secrets: [
      { name: 'publicKey', label: 'Public key (Settings › Integrations › Sendcloud API)' },
      { name: 'secretKey', label: 'Secret key; its webhooks are signed with it' },
    ],
    webhooks: 'asked',
  },
  canonical: {
    address: { label: 'Watched folder (empty: posted facts only)', example: 'file:///var/feeds/warehouse', usual: '' },
    fields: [],
    secrets: [webhook('Signing secret of posted facts (whsec_…)')],
    webhooks: 'none',
  },
}; // prettier-ignore
