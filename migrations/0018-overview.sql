-- How many returns stand where, at 100,000 orders: counted in the index, not over the rows, which are wide (the overview
-- took 0.3 s there).
create index order_states_return_verdict_idx on order_states (verdict) where is_return;
