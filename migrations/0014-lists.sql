-- Lists at 100,000 orders: what a row shows is not dug out of the whole state (a tenth of a second for 100 rows, which is
-- all that one answer may take), and every order of a list has its index.
alter table order_states add column open_problem jsonb;
update order_states
set open_problem = jsonb_path_query_first(state, '$.problems[*] ? (@.state == "open" && !exists(@.waitsFor))');
create index order_states_returns_idx on order_states (placed_at desc, order_key desc) where is_return;
create index order_returns_opened_idx on order_returns (opened_at, order_key, rma);
create index problems_resolved_idx on problems (severity, opened_at desc, subject_key, problem_id)
  where resolved_at is not null;
