-- What several bodies do about one case: to which department the third push went, how often each was sent, and that it
-- failed for good (R107).

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
