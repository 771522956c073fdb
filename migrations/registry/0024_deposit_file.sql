-- What phones that are out of service had not sent beside their changes: originals of evidence and sealed identities.

create table deposit_file (
    case_id uuid not null,
    sha256 bytea not null check (octet_length(sha256) = 32),
    device_id uuid not null references device,
    user_id uuid not null references app_user,
    entry_id uuid not null,
    kind text not null check (kind in ('identity', 'original')),
    size bigint not null check (size > 0),
    received bigint not null default 0 check (received between 0 and size),
    begun_at timestamptz not null,
    touched_at timestamptz not null,
    arrived_at timestamptz,
    primary key (case_id, sha256, device_id)
);
create index deposit_file_touched on deposit_file (touched_at) where arrived_at is null;
comment on table deposit_file is 'Unsent originals and sealed identities of phones that are out of service: kept for people to look at, never part of a case by themselves. Bounded for each phone. The bytes lie in the file store.';
comment on column deposit_file.case_id is 'The case that the phone named. Nobody has looked whether there is such a case, and there need not be one.';
comment on column deposit_file.sha256 is 'What the bytes hash to, by the phone; verified when they have arrived.';
comment on column deposit_file.device_id is 'The phone, by its last credentials.';
comment on column deposit_file.user_id is 'Whose phone it was.';
comment on column deposit_file.entry_id is 'The piece of evidence or the party that the phone named.';
comment on column deposit_file.kind is 'original: the original of a piece of evidence; identity: an identity as the phone sealed it, which nobody opens here.';
comment on column deposit_file.size is 'Bytes of the whole, by the phone.';
comment on column deposit_file.received is 'Bytes that lie in the file store.';
comment on column deposit_file.begun_at is 'When the first of it was received.';
comment on column deposit_file.touched_at is 'When the last of them came; what has not arrived is given up when nothing came for a week.';
comment on column deposit_file.arrived_at is 'When it was hashed whole; none before.';
create index deposit_file_by_device on deposit_file (device_id);
create index deposit_file_by_time on deposit_file (begun_at desc, case_id);
