-- What phones bring back after the registry was set back to a backup.

alter table case_doc
    add decided_epoch bigint not null default 1 check (decided_epoch > 0),
    add restored_version bigint;
comment on column case_doc.decided_epoch is 'The epoch in which a desk or a phone last moved the facts; what time alone moved does not count.';
comment on column case_doc.restored_version is 'The version of the facts that came out of the backup, or that a phone proved since; null where nothing was set back.';

create table recovery_claim (
    case_id uuid not null references case_doc,
    epoch bigint not null check (epoch > 0),
    facts_version bigint not null check (facts_version > 0),
    facts jsonb not null,
    device_id uuid,
    shown_at timestamptz not null,
    decided_at timestamptz,
    decided_by uuid,
    taken bool,
    primary key (case_id, epoch, facts_version),
    check ((decided_at is null) = (taken is null)),
    check ((decided_at is null) = (decided_by is null))
);
comment on table recovery_claim is 'Facts that this server signed before it was set back, of cases on which somebody decided since: a person chooses between both.';
comment on column recovery_claim.case_id is 'The case.';
comment on column recovery_claim.epoch is 'The epoch in which they were signed.';
comment on column recovery_claim.facts_version is 'Their version.';
comment on column recovery_claim.facts is 'The facts as they were signed.';
comment on column recovery_claim.device_id is 'The phone that showed them; null where they stood in the registry and proved ones took their place.';
comment on column recovery_claim.shown_at is 'When it did, or when they were replaced.';
comment on column recovery_claim.decided_at is 'When a person decided; null while nobody has.';
comment on column recovery_claim.decided_by is 'Who decided.';
comment on column recovery_claim.taken is 'Whether these facts were taken; else those of the registry stayed.';
