-- Reports over the whole store as they were last made, each with the position of the store it was made from: shown at
-- once after a restart and by every process. Losing the table loses nothing.
create table kept_reports (
  name text not null,
  position text not null,
  made_at timestamptz not null,
  -- Compressed.
  body bytea not null,
  constraint kept_reports_pkey primary key (name)
);
