-- Incidents and the cases that answer them; cases that may be one and the same.

alter table case_reg add column place_key text;
comment on column case_reg.place_key is 'Key of township and address; equal for one place however it is typed. Null without an address.';
create index case_reg_by_place on case_reg (place_key, registered_at) where place_key is not null;
create index case_reg_by_source on case_reg (source_no) where source_no is not null;

create table case_incident (
    case_id uuid not null references case_doc,
    incident_id uuid not null references incident,
    relation text not null check (relation in ('origin', 'repeat', 'linked')),
    at timestamptz not null,
    primary key (case_id, incident_id)
);
comment on table case_incident is 'Which incidents a case answers (R045, R102).';
comment on column case_incident.case_id is 'The case.';
comment on column case_incident.incident_id is 'The incident.';
comment on column case_incident.relation is 'It made the case; it was a further call about it (E29); or it only has to do with it, long after.';
comment on column case_incident.at is 'When that was found.';
create index case_incident_by_incident on case_incident (incident_id);
insert into case_incident (case_id, incident_id, relation, at)
    select case_id, id, 'origin', received_at from incident where case_id is not null;

create table case_link_proposal (
    case_id uuid not null references case_doc,
    other_case uuid not null references case_doc,
    reason text not null check (reason in ('number', 'pair', 'place')),
    proposed_at timestamptz not null,
    dismissed_at timestamptz,
    dismissed_by uuid references app_user,
    primary key (case_id, other_case),
    check (case_id <> other_case),
    check ((dismissed_at is null) = (dismissed_by is null))
);
comment on table case_link_proposal is 'Cases that may be one and the same (M09): proposed to dispatchers, never merged by the system.';
comment on column case_link_proposal.case_id is 'The later case.';
comment on column case_link_proposal.other_case is 'The earlier case.';
comment on column case_link_proposal.reason is 'The same number of a channel, the same pair of parties, or the same place and category within 30 days.';
comment on column case_link_proposal.proposed_at is 'When it was proposed.';
comment on column case_link_proposal.dismissed_at is 'When a dispatcher said that they are two; null while it waits, and after a merge.';
comment on column case_link_proposal.dismissed_by is 'Who said so.';
create index case_link_proposal_waiting on case_link_proposal (proposed_at desc) where dismissed_at is null;
create index case_link_proposal_by_other on case_link_proposal (other_case);
