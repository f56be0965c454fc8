/** Every variable of the environment that is read. A test holds the table to the sources; `reentry doctor` finds misspelt ones. */

export type VariableEntry = {
  readonly about: string;
  /** What holds without it. */
  readonly default: string;
  readonly group: 'service' | 'secrets' | 'login' | 'notices' | 'tracing' | 'command line';
};

export const environmentVariables: Readonly<Record<string, VariableEntry>> = {
  DATABASE_URL: { group: 'service', default: 'an embedded PostgreSQL in the data folder', about: 'PostgreSQL 15 or newer of your own: `postgres://user:password@host/database`.' },
  REENTRY_DATABASE_PATHS: { group: 'service', default: 'what the database says that it can', about: '`plain` for a database that lacks batches over many orders, skipped locks or prepared statements and does not say so.' },
  REENTRY_DATA: { group: 'service', default: '`.reentry`', about: 'The data folder, as `--data`.' },
  REENTRY_HOST: { group: 'service', default: '`127.0.0.1`', about: 'Address to listen on, as `--host`.' },
  REENTRY_PORT: { group: 'service', default: '`4180`', about: 'Port to listen on, as `--port`.' },
  REENTRY_PROBE_PORT: { group: 'service', default: 'a worker does not listen', about: 'Port on which a process with `--role worker` answers `/health` and `/metrics`, as `--probe-port`.' },
  REENTRY_PUBLIC_URL: { group: 'service', default: 'the address it listens on, and no webhooks are set up', about: 'Address as people and systems type it, as `--public-url`.' },
  REENTRY_TRUSTED_PROXIES: { group: 'service', default: 'none', about: 'Addresses or networks of proxies whose `X-Forwarded-…` headers are believed, separated by blanks or commas.' },
  REENTRY_LOG_LEVEL: { group: 'service', default: '`warn`', about: 'Of the JSON log on standard error: `trace debug info warn error fatal silent`.' },
  REENTRY_MASTER_KEY: { group: 'secrets', default: '`master.key` in the data folder, made at the first start', about: 'The key that seals secrets and personal data: 64 hex digits.' },
  REENTRY_NEW_MASTER_KEY: { group: 'secrets', default: 'one is made', about: 'Read by `reentry keys rotate` alone: the key that comes next.' },
  REENTRY_BACKUP_PASSPHRASE: { group: 'secrets', default: 'the backup is not encrypted', about: 'Passphrase of `reentry backup` and `reentry restore`, where no `--passphrase-file` is named.' },
  'REENTRY_SECRET_<CONNECTION>__<NAME>': { group: 'secrets', default: 'what is stored', about: 'A secret of a connection: `REENTRY_SECRET_SHOP__CONSUMER_KEY` is `consumerKey` of `shop`. With `_FILE` at the end: the first line of that file.' },
  REENTRY_OIDC_ISSUER: { group: 'login', default: 'local accounts alone', about: 'Address of the identity provider.' },
  REENTRY_OIDC_CLIENT_ID: { group: 'login', default: 'needed with an issuer', about: 'Client id given by the provider.' },
  REENTRY_OIDC_CLIENT_SECRET: { group: 'login', default: 'a public client, with PKCE alone', about: 'Its secret.' },
  REENTRY_OIDC_CLIENT_SECRET_FILE: { group: 'login', default: '–', about: 'A file whose first line is that secret.' },
  REENTRY_OIDC_LABEL: { group: 'login', default: 'the name of the issuer’s host', about: 'What the button says.' },
  REENTRY_OIDC_ROLES_CLAIM: { group: 'login', default: '`groups`', about: 'Claim that holds the groups of a user.' },
  REENTRY_OIDC_ROLES: { group: 'login', default: 'users are invited by an admin', about: 'Which group is which role: `returns-ops=ops, accounting=finance`.' },
  REENTRY_SMTP_URL: { group: 'notices', default: 'no mail is sent', about: 'Mail server: `smtps://user:password@mail.example:465`.' },
  REENTRY_SMTP_URL_FILE: { group: 'notices', default: '–', about: 'A file whose first line is that address.' },
  REENTRY_MAIL_FROM: { group: 'notices', default: 'needed with a mail server', about: 'Sender: `Returns <returns@shop.example>`.' },
  REENTRY_CHAT_NETWORKS: { group: 'notices', default: 'public addresses alone', about: 'Private networks in which a chat webhook may lie.' },
  OTEL_TRACES_EXPORTER: { group: 'tracing', default: '`otlp` where an address is set, else `none`', about: '`otlp`, `console` or `none`.' },
  OTEL_EXPORTER_OTLP_ENDPOINT: { group: 'tracing', default: 'nothing is traced', about: 'Address of the collector. The other `OTEL_EXPORTER_OTLP_…` variables (headers, time-out, certificates, compression) hold too.' },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: { group: 'tracing', default: '–', about: 'The same for traces alone, with its path.' },
  OTEL_EXPORTER_OTLP_PROTOCOL: { group: 'tracing', default: '`http/protobuf`', about: 'No other protocol is known.' },
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: { group: 'tracing', default: '–', about: 'The same for traces alone.' },
  OTEL_TRACES_SAMPLER: { group: 'tracing', default: '`parentbased_always_on`', about: '`always_on`, `always_off`, `traceidratio`, each also with `parentbased_` before it.' },
  OTEL_TRACES_SAMPLER_ARG: { group: 'tracing', default: '`1`', about: 'Share of traces that are kept, 0 to 1.' },
  OTEL_SDK_DISABLED: { group: 'tracing', default: '`false`', about: '`true` switches tracing off whatever else is set. `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` hold as usual.' },
  REENTRY_DEBUG: { group: 'command line', default: '–', about: '`1` shows where an error came from.' },
  NO_COLOR: { group: 'command line', default: '–', about: 'Anything: no colours.' },
}; // prettier-ignore

/** Variables that begin as ours do and that nothing reads: misspelt, or of another version. */
export function findUnknownVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('REENTRY_') && !name.startsWith('REENTRY_SECRET_') && !Object.hasOwn(environmentVariables, name))
    .sort();
} // prettier-ignore
