-- First schema: two families of tables, look-ups by term, reference tables, accounts.
--
-- The key of its family leads every primary key, unique constraint and foreign key, so that each family can be
-- distributed by it (docs/adr/store-two-families.md):
--   source side   object_key    connection:kind/id of an object in a source system
--   order side    order_key     the order in its home system; problems of other subjects stand under subject_key
--   look-ups      term_hash     first 16 bytes of SHA-256 of a term
--   people        customer_key  one customer of one connection
--   audit         chain         one subject's chain of entries
-- Everything else is small and read everywhere (reference).
--
-- No triggers, no sequences. Times without a parameter are the database's own.

-- ---------------------------------------------------------------------------------------------- reference

create table connections (
  connection text not null,
  connector text not null,
  system text not null,
  settings jsonb not null default '{}',
  status text not null default 'active',
  -- Read and written, sealed by the application; never leaves through the API.
  secrets bytea,
  watch_from_at timestamptz,
  health jsonb not null default '{}',
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  constraint connections_pkey primary key (connection),
  constraint connections_system_check check (system in ('shop', 'erp', 'crm', 'psp', 'wms', 'carrier', 'bank', 'desk')),
  constraint connections_status_check check (status in ('active', 'paused', 'stopped', 'removed'))
);

create table policy_values (
  name text not null,
  -- What it applies to: a connection, a control, an order class; empty for all.
  scope text not null default '',
  valid_from_at timestamptz not null,
  valid_to_at timestamptz,
  value jsonb not null,
  set_by text not null,
  set_at timestamptz not null default now(),
  constraint policy_values_pkey primary key (name, scope, valid_from_at),
  constraint policy_values_valid_check check (valid_to_at is null or valid_to_at > valid_from_at)
);

-- How far a sweep, census or backfill has come.
create table sweep_cursors (
  connection text not null,
  name text not null,
  cursor jsonb not null,
  progress jsonb not null default '{}',
  version bigint not null default 1,
  started_at timestamptz not null default now(),
  moved_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint sweep_cursors_pkey primary key (connection, name)
);

-- Who alone may do something for a while: read an object, sweep a connection. The fence grows with every taking.
create table leases (
  lease_key text not null,
  holder text not null,
  fence bigint not null default 1,
  taken_at timestamptz not null default now(),
  ends_at timestamptz not null,
  constraint leases_pkey primary key (lease_key)
) with (fillfactor = 50);

-- ---------------------------------------------------------------------------------------------- source side

-- What was delivered to us, one row per object it points at. A hint, never a snapshot.
create table deliveries (
  object_key text not null,
  delivery_id uuid not null,
  connection text not null,
  topic text not null,
  body_hash bytea not null,
  -- Only where the delivery is the data itself (signed facts), without personal data.
  body jsonb,
  headers jsonb not null default '{}',
  seen_count integer not null default 1,
  received_at timestamptz not null default now(),
  last_received_at timestamptz not null default now(),
  -- Set when its processing starts; from then on equal ones are stored anew.
  taken_at timestamptz,
  leased_by text,
  lease_ends_at timestamptz,
  attempt_count integer not null default 0,
  not_before_at timestamptz not null default now(),
  processed_at timestamptz,
  outcome text,
  detail jsonb,
  constraint deliveries_pkey primary key (object_key, delivery_id)
) with (fillfactor = 80);
create unique index deliveries_pending_key on deliveries (object_key, topic, body_hash) where taken_at is null;
create index deliveries_waiting_idx on deliveries (not_before_at) where processed_at is null;
create index deliveries_received_idx on deliveries (received_at, delivery_id);

-- Every content an object was ever seen with, once.
create table observations (
  object_key text not null,
  content_hash bytea not null,
  body jsonb not null,
  source_version bigint,
  -- Earliest start of a read that saw this content.
  first_read_at timestamptz not null,
  -- `webhook sweep census fetch file`: how it first came.
  via text not null,
  constraint observations_pkey primary key (object_key, content_hash)
);

-- The newest snapshot of each object; its body is the observation with this content.
create table objects (
  object_key text not null,
  connection text not null,
  kind text not null,
  object_id text not null,
  content_hash bytea not null,
  source_version bigint,
  read_started_at timestamptz not null,
  read_ended_at timestamptz not null,
  modified_at timestamptz,
  -- Grows with every change of content; never decides what is newest.
  version bigint not null default 1,
  changed_at timestamptz not null default now(),
  -- First direct read that found nothing, and the second one that proved it.
  missing_at timestamptz,
  gone_at timestamptz,
  -- Terms by which it is known and to which it links, as last read: what must be taken back when they change.
  terms jsonb not null default '[]',
  -- Orders it is filed under.
  order_keys text[] not null default '{}',
  constraint objects_pkey primary key (object_key),
  constraint objects_observation_fkey foreign key (object_key, content_hash)
    references observations (object_key, content_hash)
) with (fillfactor = 80);
create index objects_connection_idx on objects (connection, kind, object_key);

-- Objects whose reading looked at this one: they are read again when it changes.
create table object_dependents (
  object_key text not null,
  dependent_key text not null,
  constraint object_dependents_pkey primary key (object_key, dependent_key)
);

-- Objects that changed and are not yet filed. A new stamp with every change.
create table object_marks (
  object_key text not null,
  stamp uuid not null default gen_random_uuid(),
  priority smallint not null default 0,
  marked_at timestamptz not null default now(),
  leased_by text,
  lease_ends_at timestamptz,
  attempt_count integer not null default 0,
  not_before_at timestamptz not null default now(),
  constraint object_marks_pkey primary key (object_key)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
create index object_marks_next_idx on object_marks (priority, marked_at);

-- Which part of an object is matched to what. A part has one active claim at most, across all orders.
create table match_claims (
  object_key text not null,
  part text not null,
  claim_id uuid not null,
  order_key text not null,
  item text not null,
  made_by text not null,
  made_at timestamptz not null default now(),
  released_at timestamptz,
  constraint match_claims_pkey primary key (object_key, part, claim_id)
);
create unique index match_claims_active_key on match_claims (object_key, part) where released_at is null;

-- ---------------------------------------------------------------------------------------------- look-ups

create table keys (
  term_hash bytea not null,
  object_key text not null,
  -- `name`: the object is known by the term. `link`: it refers to it.
  role text not null,
  is_weak boolean not null default false,
  -- The order the object is filed under, once known.
  order_key text,
  constraint keys_pkey primary key (term_hash, object_key, role),
  constraint keys_role_check check (role in ('name', 'link'))
);

-- ---------------------------------------------------------------------------------------------- order side

create table order_marks (
  order_key text not null,
  stamp uuid not null default gen_random_uuid(),
  priority smallint not null default 0,
  marked_at timestamptz not null default now(),
  leased_by text,
  lease_ends_at timestamptz,
  attempt_count integer not null default 0,
  not_before_at timestamptz not null default now(),
  constraint order_marks_pkey primary key (order_key)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
create index order_marks_next_idx on order_marks (priority, marked_at);

-- Objects filed under the order.
create table order_objects (
  order_key text not null,
  object_key text not null,
  constraint order_objects_pkey primary key (order_key, object_key)
);

create table facts (
  order_key text not null,
  fact_id text not null,
  type text not null,
  happened_at timestamptz not null,
  system text not null,
  connection text not null,
  object_key text not null,
  body jsonb not null,
  recorded_at timestamptz not null default now(),
  -- The newest snapshots no longer imply it; kept on the timeline.
  retracted_at timestamptz,
  constraint facts_pkey primary key (order_key, fact_id)
);
create index facts_happened_idx on facts (happened_at);

create table order_states (
  order_key text not null,
  connection text not null,
  number text not null,
  state jsonb not null,
  verdict text not null,
  -- Earliest instant at which the fold may come out differently without a new fact.
  next_due_at timestamptz,
  -- "-infinity" while no fact says it.
  placed_at timestamptz not null,
  closed_at timestamptz,
  currency text not null,
  paid_minor bigint not null default 0,
  refunded_minor bigint not null default 0,
  gone_minor bigint not null default 0,
  stuck_minor bigint not null default 0,
  books_minor bigint not null default 0,
  -- Has anything of a return: what lists show by default.
  is_return boolean not null default false,
  code_version text not null,
  version bigint not null default 1,
  folded_at timestamptz not null default now(),
  constraint order_states_pkey primary key (order_key),
  constraint order_states_verdict_check check (verdict in ('breaks', 'incomplete', 'pending', 'closed'))
) with (fillfactor = 80);
create index order_states_due_idx on order_states (next_due_at) where next_due_at is not null;
create index order_states_placed_idx on order_states (placed_at desc, order_key desc);
create index order_states_verdict_idx on order_states (verdict, placed_at desc, order_key desc);
create index order_states_number_idx on order_states (number text_pattern_ops);

create table open_items (
  order_key text not null,
  -- control, key and side: unique within the order.
  item_id text not null,
  control text not null,
  side text not null,
  since_at timestamptz not null,
  due_at timestamptz,
  units bigint,
  amount_minor bigint,
  currency text,
  owner text,
  -- From before the connections were watched: counted in the opening balance, never a problem.
  is_opening boolean not null default false,
  body jsonb not null,
  constraint open_items_pkey primary key (order_key, item_id)
);
create index open_items_opening_idx on open_items (control) where is_opening;

create table problems (
  -- The order; or object/…, sku/…, connection/… for problems that are no order's.
  subject_key text not null,
  problem_id text not null,
  code text not null,
  control text not null,
  severity smallint not null,
  -- As folded.
  owner text,
  due_at timestamptz,
  gone_minor bigint not null default 0,
  stuck_minor bigint not null default 0,
  books_minor bigint not null default 0,
  currency text,
  cause text,
  body jsonb not null,
  opened_at timestamptz not null,
  resolved_at timestamptz,
  reopened_count integer not null default 0,
  -- As worked on by people; a fold never touches these.
  team text,
  user_id uuid,
  deadline_at timestamptz,
  escalated_at timestamptz,
  snoozed_until_at timestamptz,
  is_snoozed_to_next_fact boolean not null default false,
  resolution text,
  remedy text,
  version bigint not null default 1,
  changed_at timestamptz not null default now(),
  constraint problems_pkey primary key (subject_key, problem_id),
  constraint problems_severity_check check (severity between 1 and 3)
) with (fillfactor = 80);
create index problems_open_idx on problems (severity, opened_at desc, subject_key, problem_id) where resolved_at is null;
create index problems_user_idx on problems (user_id) where resolved_at is null;
create index problems_code_idx on problems (code, opened_at);

create table commands (
  order_key text not null,
  command_id uuid not null,
  control text not null,
  item_id text not null,
  generation integer not null default 1,
  kind text not null,
  connection text not null,
  -- Planted in the target before anything irreversible.
  effect_key text not null,
  mode text not null,
  status text not null,
  body jsonb not null,
  approvals jsonb not null default '[]',
  attempt_count integer not null default 0,
  not_before_at timestamptz not null default now(),
  leased_by text,
  lease_ends_at timestamptz,
  fence bigint not null default 0,
  -- When the request that is under way or unresolved was sent.
  sent_at timestamptz,
  outcome jsonb,
  effect_fact_id text,
  planned_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint commands_pkey primary key (order_key, command_id),
  constraint commands_generation_key unique (order_key, control, item_id, generation),
  constraint commands_effect_key unique (order_key, effect_key),
  constraint commands_status_check check
    (status in ('planned', 'approved', 'sending', 'unknown', 'failed', 'confirmed', 'dead', 'withdrawn')),
  constraint commands_mode_check check (mode in ('suggest', 'approve', 'auto'))
) with (fillfactor = 70);
-- At most one live command per open item, at most one on its way per order.
create unique index commands_live_key on commands (order_key, control, item_id)
  where status in ('planned', 'approved', 'sending', 'unknown', 'failed');
create unique index commands_sending_key on commands (order_key) where status in ('sending', 'unknown');
create index commands_next_idx on commands (not_before_at) where status in ('approved', 'sending', 'unknown', 'failed');

create table command_attempts (
  order_key text not null,
  command_id uuid not null,
  attempt integer not null,
  -- `probe` reads the target, `send` changes it.
  step text not null,
  fence bigint not null,
  request jsonb,
  response jsonb,
  outcome text,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint command_attempts_pkey primary key (order_key, command_id, attempt),
  constraint command_attempts_command_fkey foreign key (order_key, command_id)
    references commands (order_key, command_id),
  constraint command_attempts_step_check check (step in ('probe', 'send'))
);

-- What people did about an order: decisions (which are facts), comments, assignments, notes.
create table desk_entries (
  order_key text not null,
  entry_id uuid not null,
  kind text not null,
  problem_id text,
  made_by text not null,
  made_at timestamptz not null default now(),
  body jsonb not null,
  constraint desk_entries_pkey primary key (order_key, entry_id)
);

-- ---------------------------------------------------------------------------------------------- audit trail

-- Each entry carries the hash of the one before it in its chain.
create table audit_entries (
  chain text not null,
  position bigint not null,
  entry_hash bytea not null,
  previous_hash bytea not null,
  actor text not null,
  action text not null,
  body jsonb not null,
  made_at timestamptz not null,
  constraint audit_entries_pkey primary key (chain, position)
);
create index audit_entries_made_idx on audit_entries (made_at);

-- ---------------------------------------------------------------------------------------------- people

-- One key per customer, sealed by the application. Erasure destroys it, and with it every field.
create table person_keys (
  customer_key text not null,
  sealed_key bytea,
  made_at timestamptz not null default now(),
  erased_at timestamptz,
  constraint person_keys_pkey primary key (customer_key),
  constraint person_keys_erased_check check ((sealed_key is null) = (erased_at is not null))
);

create table person_fields (
  customer_key text not null,
  object_key text not null,
  field text not null,
  sealed_value bytea not null,
  set_at timestamptz not null default now(),
  constraint person_fields_pkey primary key (customer_key, object_key, field),
  constraint person_fields_key_fkey foreign key (customer_key) references person_keys (customer_key)
);

-- ---------------------------------------------------------------------------------------------- accounts

create table users (
  user_id uuid not null,
  email text not null,
  name text not null,
  password_hash text,
  roles text[] not null default '{}',
  team text,
  language text not null default 'en',
  failed_count integer not null default 0,
  locked_until_at timestamptz,
  created_at timestamptz not null default now(),
  deactivated_at timestamptz,
  constraint users_pkey primary key (user_id),
  constraint users_email_key unique (email),
  constraint users_email_check check (email = lower(email))
);

-- Only hashes of secrets are stored.
create table sessions (
  session_hash bytea not null,
  user_id uuid not null,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  client text not null default '',
  constraint sessions_pkey primary key (session_hash),
  constraint sessions_user_fkey foreign key (user_id) references users (user_id)
);
create index sessions_user_idx on sessions (user_id);

create table tokens (
  token_hash bytea not null,
  token_id uuid not null,
  user_id uuid not null,
  name text not null,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz,
  constraint tokens_pkey primary key (token_hash),
  constraint tokens_id_key unique (token_id),
  constraint tokens_user_fkey foreign key (user_id) references users (user_id)
);

create table login_links (
  link_hash bytea not null,
  purpose text not null,
  user_id uuid,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint login_links_pkey primary key (link_hash),
  constraint login_links_user_fkey foreign key (user_id) references users (user_id)
);
