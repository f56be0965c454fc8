-- What closed orders are made of may lie in files of the archive: the contents of their records, and their facts. Answer, numbers and look-ups stay.

create table archived_orders (
  order_key text not null,
  -- Name of the file in the folder of the archive.
  archive_file text not null,
  archived_at timestamptz not null default now(),
  constraint archived_orders_pkey primary key (order_key)
);
create index archived_orders_file_idx on archived_orders (archive_file);

alter table observations alter column body drop not null;
-- The file that holds the body.
alter table observations add column archive_file text;
alter table observations add constraint observations_archive_check check ((body is null) = (archive_file is not null));
create index observations_archive_idx on observations (archive_file) where archive_file is not null;
