-- Each connection has a loop of its own: what waits of one is found without passing by what waits of another (52 ms beside 200,000; with this 0.1).

create index deliveries_connection_idx on deliveries (connection, not_before_at) where processed_at is null;
drop index deliveries_waiting_idx;
