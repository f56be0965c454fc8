-- Nothing that waits in a queue is older than its floor: claims begin there. While somebody reads for long, what was worked off
-- cannot be cleared away, and a claim from the very beginning walks through all of it (ten minutes of load: half the pace).
create table queue_floors (
  queue text not null,
  floor_at timestamptz not null,
  constraint queue_floors_pkey primary key (queue)
) with (fillfactor = 50);
