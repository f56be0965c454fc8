-- Withdrawals declared without a link: stored and acknowledged at once, whoever they are from; their order is found
-- afterwards, so that nobody learns from the answer which orders there are.

create table declarations (
  declaration_id uuid not null,
  -- Name, address, order and words as given, sealed by the application.
  sealed_content bytea not null,
  declared_at timestamptz not null,
  order_key text,
  -- `filed`: a decision of its order · `open`: somebody must find the order.
  outcome text,
  processed_at timestamptz,
  constraint declarations_pkey primary key (declaration_id),
  constraint declarations_outcome_check check (outcome in ('filed', 'open'))
);
create index declarations_waiting_idx on declarations (declared_at) where processed_at is null;
