-- 驻所 (R001): where people of one organisation work inside another.

create table stationed (
    user_id    uuid not null references app_user,
    station_id uuid not null references org,
    from_at    timestamptz not null,
    until_at   timestamptz,
    primary key (user_id, station_id, from_at),
    check (until_at is null or until_at > from_at)
);
create index stationed_by_station on stationed (station_id);
comment on table stationed is 'Who is stationed at which police station. It gives no right: acts are done in the role of the session, for the organisation of its grant.';
comment on column stationed.user_id is 'The person.';
comment on column stationed.station_id is 'The police station.';
comment on column stationed.from_at is 'First moment.';
comment on column stationed.until_at is 'End, exclusive; null while it goes on.';
