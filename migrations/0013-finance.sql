-- Money over all orders: accounts with their postings, what was sold and came back by item, months that people signed.

-- Each check of an order as an account: units, or minor units of the currency. Derived by the fold.
create table order_accounts (
  order_key text not null,
  control text not null,
  unit text not null,
  -- Empty for units.
  currency text not null default '',
  left_sum bigint not null,
  right_sum bigint not null,
  -- Part of the balance that no problem of this check amounts to, and part within the rounding of documents.
  unexplained bigint not null default 0,
  rounding bigint not null default 0,
  -- What is open is open since then.
  since_at timestamptz,
  constraint order_accounts_pkey primary key (order_key, control),
  constraint order_accounts_unit_check check (unit in ('units', 'money'))
);
create index order_accounts_open_idx on order_accounts (control, currency, since_at, order_key) where left_sum <> right_sum;

create table account_postings (
  order_key text not null,
  control text not null,
  side text not null,
  place integer not null,
  posted_at timestamptz not null,
  amount bigint not null,
  currency text not null default '',
  sku text,
  fact_id text not null,
  constraint account_postings_pkey primary key (order_key, control, side, place),
  constraint account_postings_side_check check (side in ('left', 'right'))
);
create index account_postings_posted_idx on account_postings (posted_at) where currency <> '';

-- One line per item of an order; with an empty SKU what was given back without naming items.
create table order_items (
  order_key text not null,
  sku text not null,
  name text,
  currency text not null,
  placed_at timestamptz not null,
  sold bigint not null,
  received bigint not null,
  restored bigint not null,
  written_off bigint not null,
  refunded bigint not null,
  -- Never left: the order was cancelled before.
  unshipped bigint not null,
  gross_minor bigint not null,
  tax_minor bigint not null,
  refunded_minor bigint not null,
  refunded_tax_minor bigint not null,
  unit_cost_minor bigint,
  constraint order_items_pkey primary key (order_key, sku)
);
create index order_items_placed_idx on order_items (placed_at);

-- A month as somebody prepared and somebody else signed it. Never changed afterwards; a later look is a new revision.
create table period_packs (
  -- `2026-10`
  period text not null,
  revision integer not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  pack jsonb not null,
  pack_hash bytea not null,
  status text not null default 'prepared',
  prepared_by text not null,
  prepared_at timestamptz not null default now(),
  decided_by text,
  decided_at timestamptz,
  note text,
  constraint period_packs_pkey primary key (period, revision),
  constraint period_packs_status_check check (status in ('prepared', 'signed', 'sent-back'))
);
-- At most one pack of a month waits for its signature.
create unique index period_packs_waiting_key on period_packs (period) where status = 'prepared';

-- What each order moved within the month, as signed: what later facts are compared with.
create table period_lines (
  order_key text not null,
  period text not null,
  revision integer not null,
  control text not null,
  currency text not null,
  left_minor bigint not null,
  right_minor bigint not null,
  constraint period_lines_pkey primary key (order_key, period, revision, control, currency)
);
create index period_lines_period_idx on period_lines (period, revision);

-- Orders folded before there were accounts are folded again.
insert into order_marks (order_key, priority) select order_key, 4 from order_states on conflict (order_key) do nothing;
