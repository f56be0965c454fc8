-- Answers kept by Idempotency-Key, so that a request sent twice is done once; person fields by the record they stand in.

create table idempotent_requests (
  -- Who asked: another one may use the same key.
  actor text not null,
  request_key text not null,
  request_hash bytea not null,
  -- Null while the request is under way.
  status_code integer,
  answer text,
  -- The answer held a secret and was not kept.
  is_withheld boolean not null default false,
  started_at timestamptz not null default now(),
  constraint idempotent_requests_pkey primary key (actor, request_key)
);
create index idempotent_requests_started_idx on idempotent_requests (started_at);

create index person_fields_object_idx on person_fields (object_key);
