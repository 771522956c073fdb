-- Dangers by the change that reports them, so that none vanishes with a change that is kept aside.

create table danger (
    case_id uuid not null,
    hash bytea not null check (octet_length(hash) = 32),
    user_id uuid not null references app_user,
    device_id uuid not null references device,
    noted_at timestamptz not null,
    told_at timestamptz,
    answered_at timestamptz,
    answered_by uuid references app_user,
    primary key (case_id, hash),
    check ((answered_at is null) = (answered_by is null))
);
create index danger_open on danger (noted_at) where told_at is null and answered_at is null;
comment on table danger is 'Changes of phones that report a danger, in the log, in quarantine or deposited. Nothing is taken away.';
comment on column danger.case_id is 'The case that the phone named; of a deposit nobody has looked whether there is one.';
comment on column danger.hash is 'SHA-256 of the change.';
comment on column danger.user_id is 'Whose phone handed it in.';
comment on column danger.device_id is 'The phone.';
comment on column danger.noted_at is 'When the server received it.';
comment on column danger.told_at is 'When its order to the police was put into the outbox; none where nobody who is in service answers for it, and a person has to call them.';
comment on column danger.answered_at is 'When a person said that the police were called.';
comment on column danger.answered_by is 'Who did.';
