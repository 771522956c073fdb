-- Those who only report, calls that are no disputes, what became of cases at the police, and what parties say of the handling.

create table case_report (
    case_id uuid primary key references case_doc,
    user_id uuid not null,
    role text not null,
    org_id uuid not null,
    received_at timestamptz not null
);
comment on table case_report is 'Whose report a case was, where its author only reports (R130): no member, no feed; the receipt is read from here.';
comment on column case_report.case_id is 'The case.';
comment on column case_report.user_id is 'Who reported.';
comment on column case_report.role is 'In which role.';
comment on column case_report.org_id is 'For which organisation.';
comment on column case_report.received_at is 'When the server received the report.';
create index case_report_user on case_report (user_id, case_id);

alter table incident add column call_kind text;
alter table incident add constraint incident_call check (is_dispute = (call_kind is null));
comment on column incident.call_kind is 'What kind of call it is (R103); null for a dispute. A call becomes no case.';
comment on column incident.situation_code is 'Situation, as the channel codes it; N00-00 of a call that is no dispute.';
