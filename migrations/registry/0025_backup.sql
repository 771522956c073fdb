-- Backups that the operator reported: what the server acknowledged before one of them, phones need not keep any more.

create table backup (
    began_at timestamptz primary key,
    reported_at timestamptz not null,
    check (began_at <= reported_at)
);
comment on table backup is 'Backups of database and files, as they were reported. One that was restored does not know of itself: it was reported afterwards.';
comment on column backup.began_at is 'When it was begun: what was committed by then is in it.';
comment on column backup.reported_at is 'When it was reported.';

create index case_file_arrived on case_file (arrived_at);
create index party_secret_received on party_secret (received_at) where destroyed_at is null;
create index party_secret_destroyed on party_secret (destroyed_at) where destroyed_at is not null;
