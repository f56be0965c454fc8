-- Who somebody is beyond a password: a second factor, and the account at an identity provider.

create table second_factors (
  user_id uuid not null,
  -- TOTP secret, sealed by the application.
  sealed_secret bytea not null,
  -- Null until the first code was given: until then it protects nothing.
  confirmed_at timestamptz,
  -- The last time step whose code was used: no code works twice.
  last_step bigint not null default 0,
  -- Hashes of the recovery codes that are left.
  recovery_hashes bytea[] not null default '{}',
  constraint second_factors_pkey primary key (user_id),
  constraint second_factors_user_fkey foreign key (user_id) references users (user_id)
);

-- Ties an account to who it was at the first login: an e-mail address may go to somebody else later.
create table user_identities (
  issuer text not null,
  subject text not null,
  user_id uuid not null,
  linked_at timestamptz not null default now(),
  constraint user_identities_pkey primary key (issuer, subject),
  constraint user_identities_user_key unique (issuer, user_id),
  constraint user_identities_user_fkey foreign key (user_id) references users (user_id)
);
