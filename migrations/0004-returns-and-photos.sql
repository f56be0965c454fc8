-- Returns as the desk lists them and goods on hold, derived by the fold like open items; photos of inspections.

create table order_returns (
  order_key text not null,
  rma text not null,
  kind text not null,
  stage text not null,
  opened_at timestamptz not null,
  -- Of a consumer's withdrawal: last day on which the money is in time.
  legal_on date,
  is_withheld boolean not null default false,
  -- As the kernel derives it.
  body jsonb not null,
  constraint order_returns_pkey primary key (order_key, rma),
  constraint order_returns_kind_check check (kind in ('return', 'withdrawal'))
);
create index order_returns_stage_idx on order_returns (stage, opened_at, order_key, rma);
create index order_returns_rma_idx on order_returns (rma);

create table held_goods (
  order_key text not null,
  sku text not null,
  -- Return number; empty where the goods came without one.
  rma text not null,
  units bigint not null,
  since_at timestamptz not null,
  -- `desk`: graded as quarantine; `erp`: in a location on hold.
  held_by text not null,
  body jsonb not null,
  constraint held_goods_pkey primary key (order_key, sku, rma, held_by)
);
create index held_goods_since_idx on held_goods (since_at, order_key, sku);

-- Bytes stand apart from facts; a fact names the photo, if anything.
create table photos (
  order_key text not null,
  photo_id uuid not null,
  content_type text not null,
  content bytea not null,
  taken_by text not null,
  taken_at timestamptz not null default now(),
  constraint photos_pkey primary key (order_key, photo_id)
);

-- By which words people are found (name, postcode): keyed hashes, so that a dump tells nobody.
create table person_terms (
  term_hash bytea not null,
  customer_key text not null,
  object_key text not null,
  constraint person_terms_pkey primary key (term_hash, customer_key, object_key)
);
create index person_terms_customer_idx on person_terms (customer_key);
