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

create table satisfaction (
    case_id uuid not null references case_doc,
    round int not null check (round > 0),
    public_code text not null,
    rating int not null check (rating between 1 and 5),
    words text not null,
    answered_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (case_id, round, public_code)
);
comment on table satisfaction is 'What parties say of the handling of a closed case, by its public code (D07): one answer a code and round.';
comment on column satisfaction.case_id is 'The case.';
comment on column satisfaction.round is 'Of which round, from 1.';
comment on column satisfaction.public_code is 'Under which code it was answered; a case has another one for each case that was merged into it.';
comment on column satisfaction.rating is '1 very bad to 5 very good.';
comment on column satisfaction.words is 'What was said beside it, with the numbers of persons masked; empty for nothing.';
comment on column satisfaction.answered_at is 'When it was answered first.';
comment on column satisfaction.changed_at is 'When it was answered last.';
