-- What phones out of service left, and what came in since.

alter table danger add entry_id uuid;
comment on column danger.entry_id is 'The request that reports the danger, if the change has no other: the police are told of it once, whichever change brings it.';
create index danger_by_entry on danger (case_id, entry_id) where told_at is null;

alter table deposit
    add came_in_at timestamptz,
    add came_in_as bytea check (octet_length(came_in_as) = 32),
    add check ((came_in_at is null) = (came_in_as is null));
comment on column deposit.came_in_at is 'When the same work was acknowledged, since its phone is in service again; none while people must look at it.';
comment on column deposit.came_in_as is 'The change that it was written again as.';
