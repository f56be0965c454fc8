-- A tablet that several people share at the returns desk: whoever stands there says who they are by a PIN. The session
-- stays with whoever logged the tablet in; from the first change on it may do the desk's work only.

create table pins (
  user_id uuid not null,
  -- argon2id, as passwords are.
  pin_hash text not null,
  -- Tries since the last good one: counted before they are looked at, so that many at once are no way around the lock.
  try_count int not null default 0,
  locked_until_at timestamptz,
  set_at timestamptz not null default now(),
  constraint pins_pkey primary key (user_id),
  constraint pins_user_fkey foreign key (user_id) references users (user_id)
);

-- Who acts in a session where that is not said by the login itself; null: who logged in.
alter table sessions add column acting_user_id uuid;
