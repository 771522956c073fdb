-- When time alone changes something about a case, so that a sweep looks only at those whose moment has come; and what the
-- figures about deadlines need to know of a clock beside its due date.

alter table case_doc add column next_moment_at timestamptz;
comment on column case_doc.next_moment_at is 'The next instant at which a clock, a wait or the ladder changes the case by itself; null when nothing waits.';
create index case_doc_next_moment on case_doc (next_moment_at) where next_moment_at is not null and parked_reason is null;

-- Cases from before this column are looked at once.
update case_doc set next_moment_at = settled_at;

alter table deadline
    add column subject jsonb,
    add column ends_at timestamptz,
    add column extended_days int,
    add column waived_at timestamptz,
    add column waived_by uuid,
    add column ended_at timestamptz;
comment on column deadline.subject is 'What the clock is about where a case has several of a kind: a clause, a visit, a disagreement.';
comment on column deadline.ends_at is 'The end with all pauses; null while the clock stands still. Met in time means met_at <= ends_at.';
comment on column deadline.extended_days is 'Days by which it was extended; due_at holds them already.';
comment on column deadline.waived_at is 'Let off when; such a clock counts neither as met nor as missed.';
comment on column deadline.waived_by is 'Let off by whom; null when a rule did it.';
comment on column deadline.ended_at is 'Stopped with the case without having been met; missed if that was after its end.';
update deadline set ends_at = due_at, extended_days = 0;
alter table deadline alter column extended_days set not null;
