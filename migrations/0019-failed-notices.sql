-- Notices that nobody got, or of which nobody knows: each is somebody's problem. Next to none of all there are.
create index notices_failed_idx on notices (ended_at) where status in ('dead', 'unknown');
-- Who had it sent: the author of what the order then knows. Null: Reentry by itself, or the customer's own step.
alter table notices add column made_by text;
