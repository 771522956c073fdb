-- Files of cases: the originals of evidence (R016), which follow the documents in a queue of their own (PP12, M17).

create table case_file (
    case_id uuid not null references case_doc,
    sha256 bytea not null check (octet_length(sha256) = 32),
    size bigint not null check (size > 0),
    arrived_at timestamptz not null,
    user_id uuid not null,
    device_id uuid not null,
    primary key (case_id, sha256)
);
comment on table case_file is 'Files that have arrived. The bytes lie in the file store under their hash, once however many cases name them.';
comment on column case_file.case_id is 'The case.';
comment on column case_file.sha256 is 'Hash of the whole file, verified when it arrived.';
comment on column case_file.size is 'Bytes.';
comment on column case_file.arrived_at is 'When the last of it was received.';
comment on column case_file.user_id is 'Who sent it.';
comment on column case_file.device_id is 'From which phone.';

create table file_upload (
    case_id uuid not null references case_doc,
    sha256 bytea not null check (octet_length(sha256) = 32),
    device_id uuid not null references device,
    size bigint not null check (size > 0),
    received bigint not null default 0 check (received between 0 and size),
    touched_at timestamptz not null,
    primary key (case_id, sha256, device_id)
);
create index file_upload_touched on file_upload (touched_at);
comment on table file_upload is 'Files on their way, a row for each phone that sends one. Gone when the file has arrived, or when nothing came for a week.';
comment on column file_upload.case_id is 'The case.';
comment on column file_upload.sha256 is 'What the whole file shall hash to.';
comment on column file_upload.device_id is 'The phone.';
comment on column file_upload.size is 'Bytes of the whole file.';
comment on column file_upload.received is 'Bytes that lie in the file store.';
comment on column file_upload.touched_at is 'When the last of them came.';
