-- Which master key this database is sealed with: another one is refused, and one key can be changed for another.

create table master_keys (
  -- Keyed hash that names the key and tells nothing of it.
  key_check text not null,
  -- `current`: everything is sealed with it. `next`: everything is being sealed with it. `retired`: refused.
  status text not null,
  -- The key of look-ups by keyed hash, sealed with this one: it stays the same when the master key changes, because what
  -- was hashed (the address of somebody erased, for one) cannot be hashed again. Null when retired.
  sealed_lookup_key bytea,
  made_at timestamptz not null default now(),
  retired_at timestamptz,
  constraint master_keys_pkey primary key (key_check),
  constraint master_keys_status_check check (status in ('current', 'next', 'retired')),
  constraint master_keys_retired_check check ((status = 'retired') = (sealed_lookup_key is null))
);
create unique index master_keys_status_key on master_keys (status) where status <> 'retired';

-- Whose declaration it is, so that their erasure finds it; what it said goes, that it was declared stays.
alter table declarations
  add column customer_key text,
  alter column sealed_content drop not null;
create index declarations_customer_idx on declarations (customer_key) where customer_key is not null;
