-- In which version an object was read by the one that depends on it (0: it was not there; -1: not known). What was stored while
-- that reading was under way is found by it when the object itself is filed.
alter table object_dependents add column seen_version bigint not null default -1;
