-- What a registry is recognised by when it comes back from a backup. Its mark, kept beside the database and beside the files, bears its name.

create table county_epoch (
    one bool primary key default true check (one),
    epoch bigint not null default 1 check (epoch > 0),
    registry uuid not null default gen_random_uuid(),
    moved_at timestamptz
);
comment on table county_epoch is 'One row: the epoch of this registry. Locked by whoever gives a case number.';
comment on column county_epoch.one is 'True: there is one row.';
comment on column county_epoch.epoch is 'How often the registry was set back and noticed it, from 1.';
comment on column county_epoch.registry is 'The name of this registry, which its backups bear too; marks are kept under it.';
comment on column county_epoch.moved_at is 'When the present epoch began; null for the first.';
insert into county_epoch default values;
