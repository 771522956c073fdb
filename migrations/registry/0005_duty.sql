-- Who is on duty where: a new case is offered to the handler on duty at once.

create table duty_shift (
    user_id uuid not null references app_user,
    org_id uuid not null references org,
    role text not null,
    region_code text not null,
    from_at timestamptz not null,
    until_at timestamptz not null,
    primary key (user_id, region_code, from_at),
    check (from_at < until_at)
);
comment on table duty_shift is 'Shifts of those who take new cases (R005, R068).';
comment on column duty_shift.user_id is 'The person.';
comment on column duty_shift.org_id is 'The organisation for which the person takes cases.';
comment on column duty_shift.role is 'The role in which the person takes cases.';
comment on column duty_shift.region_code is 'Region served, and all regions below it.';
comment on column duty_shift.from_at is 'Beginning.';
comment on column duty_shift.until_at is 'End.';
create index duty_shift_by_region on duty_shift (region_code, until_at);
