-- People who are gone: what ends a session, and what phones that are out of service may still deposit.

alter table session drop constraint session_end_reason_check;
alter table session add constraint session_end_reason_check check (end_reason in (
    'signed_out', 'token_reused', 'device_revoked', 'account_closed', 'password_changed', 'role_ended'));

create table deposit (
    case_id uuid not null,
    hash bytea not null check (octet_length(hash) = 32),
    device_id uuid not null references device,
    user_id uuid not null references app_user,
    bytes bytea not null,
    received_at timestamptz not null,
    primary key (case_id, hash)
);
comment on table deposit is 'Unsent changes of phones that are out of service: kept for people to look at, never part of a case by themselves. Bounded for each phone.';
comment on column deposit.case_id is 'The case that the phone named. Nobody has looked whether there is such a case, and there need not be one.';
comment on column deposit.hash is 'SHA-256 of the change.';
comment on column deposit.device_id is 'The phone, by its last credentials.';
comment on column deposit.user_id is 'Whose phone it was.';
comment on column deposit.bytes is 'The change as an Automerge chunk of type 1, as the gate let it through.';
comment on column deposit.received_at is 'When the server received it.';
create index deposit_by_device on deposit (device_id);
create index deposit_by_time on deposit (received_at desc, case_id);

-- The cases of a person, when the person leaves or comes back.
create index assignment_by_user on assignment (user_id) where to_at is null;
