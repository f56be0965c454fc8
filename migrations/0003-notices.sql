-- What people are told by e-mail, chat and ticket: an outbox that lives as long as the facts, each notice sent at most once.

create table notices (
  -- Whom or what it is about: an order key, `team/…`, `user/…`.
  subject_key text not null,
  notice_id uuid not null,
  -- What makes it this one notice: queued again under the same key it is the same.
  once_key text not null,
  -- `customer.refund-sent digest letter problem escalation case-notes …`
  kind text not null,
  channel text not null,
  -- Recipients, subject and text, sealed by the application.
  sealed_content bytea,
  -- Whose erasure takes the content away; null where it is about no customer.
  customer_key text,
  -- What a customer is told once the server has accepted it: becomes the fact `customer.told`.
  told text,
  status text not null default 'waiting',
  attempt_count integer not null default 0,
  not_before_at timestamptz not null default now(),
  leased_by text,
  lease_ends_at timestamptz,
  -- When the attempt that is under way or ended was begun: recorded before anything goes out.
  sent_at timestamptz,
  -- What the server said, without personal data.
  outcome jsonb,
  queued_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint notices_pkey primary key (subject_key, notice_id),
  constraint notices_once_key unique (subject_key, once_key),
  constraint notices_channel_check check (channel in ('email', 'chat', 'ticket')),
  constraint notices_told_check check (told in ('approved', 'refunded', 'rejected', 'other')),
  constraint notices_status_check check
    (status in ('waiting', 'sending', 'accepted', 'unknown', 'dead', 'withdrawn'))
) with (fillfactor = 80);
create index notices_next_idx on notices (not_before_at) where status in ('waiting', 'sending');
create index notices_queued_idx on notices (queued_at desc, subject_key, notice_id);
create index notices_customer_idx on notices (customer_key) where customer_key is not null;

-- Wording that differs from the one that comes along.
create table notice_templates (
  name text not null,
  language text not null,
  subject text not null,
  body text not null,
  version integer not null default 1,
  set_by text not null,
  set_at timestamptz not null default now(),
  constraint notice_templates_pkey primary key (name, language)
);
