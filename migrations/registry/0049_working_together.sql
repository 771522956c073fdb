-- What several bodies do about one case: to which department the third push went, how often each was sent, and that it
-- failed for good (R107); who was invited into it (R003), what its table decided (R119), and the letters by which bodies
-- engage each other (R066, R069, R070).

alter table push_record
    add column department text,
    add column sent_times int not null default 1 check (sent_times > 0),
    add column sent_at timestamptz,
    add column failed_at timestamptz;
comment on column push_record.department is 'Of the third, the department that is responsible, as the routing table calls it; null where it names none.';
comment on column push_record.sent_times is 'How often it was sent.';
comment on column push_record.sent_at is 'Sent last when.';
comment on column push_record.failed_at is 'Given up when: it was sent as often as the county sends one, and nobody acknowledged it.';
update push_record set sent_at = pushed_at;
alter table push_record alter column sent_at set not null;

create table invitation (
    case_id uuid not null references case_doc,
    id text not null,
    user_id uuid not null,
    org_id uuid not null,
    role text not null,
    invited_by uuid not null,
    expected text not null,
    until_on date not null,
    asked_at timestamptz not null,
    answered_at timestamptz,
    accepts boolean,
    answer text,
    lapsed_at timestamptz,
    primary key (case_id, id),
    check ((answered_at is null) = (accepts is null))
);
comment on table invitation is 'Who of another body was invited into a case for a term (R003).';
comment on column invitation.case_id is 'The case.';
comment on column invitation.id is 'The round, and its place in it.';
comment on column invitation.user_id is 'Who.';
comment on column invitation.org_id is 'Of which organisation.';
comment on column invitation.role is 'In which role.';
comment on column invitation.invited_by is 'By whom.';
comment on column invitation.expected is 'For what.';
comment on column invitation.until_on is 'The last day of the term.';
comment on column invitation.asked_at is 'Invited when.';
comment on column invitation.answered_at is 'Answered when.';
comment on column invitation.accepts is 'Comes, or does not.';
comment on column invitation.answer is 'In words.';
comment on column invitation.lapsed_at is 'Ended without an answer when.';
create index invitation_waiting on invitation (user_id, role) where answered_at is null and lapsed_at is null;
create index invitation_asked on invitation (asked_at);

create table consultation (
    case_id uuid not null references case_doc,
    id uuid not null,
    round int not null,
    held_on date not null,
    members int not null,
    tasks int not null,
    tasks_done int not null check (tasks_done <= tasks),
    recorded_at timestamptz not null,
    primary key (case_id, id)
);
comment on table consultation is 'What the table of a joint case decided at one sitting (R119); the words stand in the facts.';
comment on column consultation.case_id is 'The case.';
comment on column consultation.id is 'Made by the writer.';
comment on column consultation.round is 'Of which round, from 1.';
comment on column consultation.held_on is 'On which day it sat.';
comment on column consultation.members is 'How many bodies sat there.';
comment on column consultation.tasks is 'How many tasks it gave out.';
comment on column consultation.tasks_done is 'How many of them are done.';
comment on column consultation.recorded_at is 'On record since when.';
create index consultation_held on consultation (held_on);

create table engagement (
    case_id uuid not null references case_doc,
    id text not null,
    mode text not null check (mode in ('entrusted', 'joint', 'invited', 'delegated')),
    body text not null check (body in ('court', 'administration', 'labour_arbitration')),
    body_name text not null,
    letter_no text not null,
    letter_on date not null,
    noted_at timestamptz not null,
    primary key (case_id, id)
);
comment on table engagement is 'The letters by which another body engages the committee, or is engaged by it (R066, R069, R070).';
comment on column engagement.case_id is 'The case.';
comment on column engagement.id is 'The round, and its place in it.';
comment on column engagement.mode is 'In which way.';
comment on column engagement.body is 'What kind of body.';
comment on column engagement.body_name is 'Which one.';
comment on column engagement.letter_no is 'The number of the letter.';
comment on column engagement.letter_on is 'The day of the letter.';
comment on column engagement.noted_at is 'Recorded when.';
create index engagement_noted on engagement (noted_at);

alter table outbox drop constraint outbox_kind_check;
alter table outbox add constraint outbox_kind_check check (kind in ('feedback', 'police_order', 'push', 'confirmation'));
