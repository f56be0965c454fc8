-- Orders by the items that come back: what somebody at the desk or on the phone has in hand is often only a SKU.
create index order_states_sku_idx on order_states using gin (jsonb_path_query_array(state, '$.units[*].sku'))
  where is_return;
