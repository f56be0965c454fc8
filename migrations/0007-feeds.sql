-- Files that feeds brought, version by version with their balance sheets, and which rows are in which of them.

create table feed_files (
  connection text not null,
  -- What the file is about: its name, or the part of it that corrected files share.
  slot text not null,
  version integer not null,
  name text not null,
  size_bytes bigint not null,
  modified_at timestamptz not null,
  content_hash bytea not null,
  -- `read`: its rows count. `refused`: it could not be read to its end, and what was there before still counts.
  status text not null,
  sheet jsonb not null,
  read_at timestamptz not null default now(),
  constraint feed_files_pkey primary key (connection, slot, version),
  constraint feed_files_status_check check (status in ('read', 'refused'))
);
create index feed_files_read_idx on feed_files (connection, read_at desc);

create table feed_rows (
  object_key text not null,
  slot text not null,
  connection text not null,
  -- The version of the slot's file that had it last.
  version integer not null,
  -- What it says there: two files may give one id to different rows.
  content_hash bytea not null,
  constraint feed_rows_pkey primary key (object_key, slot)
);
create index feed_rows_slot_idx on feed_rows (connection, slot, version);
