-- Dangers for which the police have to sign within minutes; else a person is told to call them, whether or not a case holds the danger.

create table danger_call (
    case_id uuid not null,
    order_id uuid not null unique,
    entry_id uuid,
    received_at timestamptz not null,
    held_in uuid,
    ended_at timestamptz,
    called text,
    called_at timestamptz,
    called_by uuid references app_user,
    primary key (case_id, order_id),
    check ((called is null) = (called_at is null) and (called is null) = (called_by is null)),
    check (called is null or ended_at is not null)
);
create index danger_call_open on danger_call (received_at) where ended_at is null;
comment on table danger_call is 'Orders to the police about a danger, each until the police sign for it or somebody has called them. Nothing is taken away.';
comment on column danger_call.case_id is 'The case that the phone named; perhaps there is none.';
comment on column danger_call.order_id is 'The order, by the key of its message.';
comment on column danger_call.entry_id is 'The request that reported it; null where only a settled case tells of it.';
comment on column danger_call.received_at is 'When the server received it; from then on the minutes count.';
comment on column danger_call.held_in is 'The case that holds the danger, where its clock is met; null where none does, and the call is kept here.';
comment on column danger_call.ended_at is 'When the police had signed for it, or were called.';
comment on column danger_call.called is 'Who was called about a danger that no case holds.';
comment on column danger_call.called_at is 'When they were called.';
comment on column danger_call.called_by is 'Who called them.';
