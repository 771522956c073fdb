-- Who was taken off a case for bias sees nothing of it; and lists are read by whose cases somebody works on.

alter table assignment add column recused boolean not null default false;
comment on column assignment.recused is 'Taken off the case for bias 回避: nothing of it is theirs to see from then on.';
-- Lists look for past work too, and for recusals.
create index assignment_by_person on assignment (user_id, case_id);
