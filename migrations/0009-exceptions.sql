-- Problems as work: teams and who is on duty, rules that give problems an owner or call them normal, work in bulk.

alter table problems
  -- When the problem was first written here; `opened_at` is when it began in the world.
  add column seen_at timestamptz not null default now(),
  -- As routed by rules: neither a fold nor a person writes these. Null `routed_at`: to be routed.
  add column routed_at timestamptz,
  add column routed_team text,
  add column routed_user_id uuid,
  add column routed_deadline_at timestamptz,
  add column routing_rule_id uuid,
  add column normal_rule_id uuid,
  -- `subject~id` of the one problem that stands for many with one cause, and of the one it was merged into by people.
  add column storm_ref text,
  add column merged_ref text,
  add column snoozed_at timestamptz,
  add column dismissed_at timestamptz,
  -- When its team was told of it, one by one or in a list of new ones.
  add column notified_at timestamptz;
create index problems_unrouted_idx on problems (subject_key) where resolved_at is null and routed_at is null;
create index problems_cause_idx on problems (cause, seen_at);
create index problems_seen_idx on problems (seen_at);

create table teams (
  team text not null,
  -- Titles, channels, hours, rota, deputies, deadline and escalation.
  body jsonb not null,
  -- Address of the chat's webhook: whoever knows it may post.
  sealed_chat bytea,
  version integer not null default 1,
  set_by text not null,
  set_at timestamptz not null default now(),
  constraint teams_pkey primary key (team)
);

create table routing_rules (
  rule_id uuid not null,
  -- The first that fits decides.
  place integer not null,
  body jsonb not null,
  made_by text not null,
  made_at timestamptz not null default now(),
  constraint routing_rules_pkey primary key (rule_id)
);

-- "Normal here": what fits the scope is no work for anybody until the rule ends. Rules are ended, never deleted.
create table normal_rules (
  rule_id uuid not null,
  scope jsonb not null,
  reason text not null,
  made_by text not null,
  made_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  ended_by text,
  constraint normal_rules_pkey primary key (rule_id)
);

-- Groups of the opening balance that a person has taken on as work, or accepted as they are.
create table opening_decisions (
  control text not null,
  currency text not null,
  decision text not null,
  reason text not null,
  made_by text not null,
  made_at timestamptz not null default now(),
  constraint opening_decisions_pkey primary key (control, currency),
  constraint opening_decisions_decision_check check (decision in ('taken-on', 'accepted'))
);

-- One act on many problems, worked off item by item by whichever process comes.
create table bulk_jobs (
  job_id uuid not null,
  action jsonb not null,
  made_by text not null,
  made_at timestamptz not null default now(),
  item_count integer not null,
  status text not null default 'running',
  leased_by text,
  lease_ends_at timestamptz,
  ended_at timestamptz,
  constraint bulk_jobs_pkey primary key (job_id),
  constraint bulk_jobs_status_check check (status in ('running', 'done', 'cancelled'))
) with (fillfactor = 70);
create index bulk_jobs_running_idx on bulk_jobs (made_at) where status = 'running';

create table bulk_items (
  job_id uuid not null,
  item integer not null,
  subject_key text not null,
  problem_id text not null,
  -- As previewed; another one by now is refused.
  version bigint not null,
  outcome text,
  detail text,
  done_at timestamptz,
  constraint bulk_items_pkey primary key (job_id, item),
  constraint bulk_items_job_fkey foreign key (job_id) references bulk_jobs (job_id),
  constraint bulk_items_outcome_check check (outcome in ('applied', 'no-op', 'refused', 'failed', 'cancelled'))
) with (fillfactor = 70);

-- The answer as it stands in each system where people work: one place per order and connection.
create table placed_answers (
  order_key text not null,
  connection text not null,
  -- Of the state it was made from.
  state_version bigint not null,
  text_hash bytea,
  as_of_at timestamptz,
  placed_at timestamptz,
  outcome text not null,
  detail text,
  attempt_count integer not null default 0,
  not_before_at timestamptz not null default now(),
  constraint placed_answers_pkey primary key (order_key, connection),
  constraint placed_answers_outcome_check check (outcome in ('placed', 'unknown', 'failed', 'no-place'))
) with (fillfactor = 80);
