-- 补位 (R068): which organisation takes new cases where nobody of another is on duty.

create table backup_committee (
    org_id    uuid primary key references org,
    backup_id uuid not null references org,
    set_at    timestamptz not null,
    check (org_id <> backup_id)
);
comment on table backup_committee is 'Who steps in: one a committee (R068).';
comment on column backup_committee.org_id is 'The committee in whose territory the backup takes new cases while nobody of it is on duty.';
comment on column backup_committee.backup_id is 'The organisation that steps in.';
comment on column backup_committee.set_at is 'Since when it is so.';
