-- Which key ring the registry depends on: phones trust its root and seal to its newest sealing key, and no row says so.

alter table county_epoch add column ring_root text;
alter table county_epoch add column ring_sealing text;
comment on column county_epoch.ring_root is 'The name of the root key of the ring; null until a server used one.';
comment on column county_epoch.ring_sealing is 'The name of the sealing key that phones were given last; null until a server used one.';
