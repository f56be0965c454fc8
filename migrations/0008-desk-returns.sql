-- Records of other systems often know nothing of an order but the return number that the desk gave.
create index desk_entries_rma_idx on desk_entries ((body ->> 'rma')) where kind = 'decision';
