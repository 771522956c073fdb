-- What channels report to us, and what we tell them.

create table incident (
    id uuid primary key,
    channel text not null,
    external_no text not null,
    received_at timestamptz not null,
    reported_at timestamptz not null,
    region_code text not null,
    is_dispute bool not null,
    list text not null check (list in ('police', 'non_police')),
    situation_code text not null,
    raw jsonb not null,
    content_hash bytea not null check (octet_length(content_hash) = 32),
    case_id uuid,
    unique (channel, external_no)
);
comment on table incident is 'Incidents as channels reported them (R100); the raw record is kept (LW27).';
comment on column incident.id is 'Our id.';
comment on column incident.channel is 'The channel.';
comment on column incident.external_no is 'The channel''s own number; unique in the channel.';
comment on column incident.received_at is 'Receipt by the server.';
comment on column incident.reported_at is 'When the channel says it was reported.';
comment on column incident.region_code is 'Region.';
comment on column incident.is_dispute is 'A dispute, as the channel flags it.';
comment on column incident.list is 'Police or non-police, by the catalogue.';
comment on column incident.situation_code is 'Situation, as the channel codes it.';
comment on column incident.raw is 'The order as received.';
comment on column incident.content_hash is 'SHA-256 of the body: the same number with another content is refused.';
comment on column incident.case_id is 'The case it became.';
create index incident_by_time on incident (received_at desc);

create table outbox (
    id uuid primary key default gen_random_uuid(),
    channel text not null,
    kind text not null check (kind in ('feedback')),
    case_id uuid not null,
    external_no text not null,
    payload jsonb not null,
    created_at timestamptz not null,
    attempts int not null default 0,
    next_at timestamptz not null,
    delivered_at timestamptz,
    last_error text
);
comment on table outbox is 'Messages to channels: written with the ruling that causes them, sent after its commit, at least once.';
comment on column outbox.id is 'Idempotency key of the message.';
comment on column outbox.channel is 'To whom.';
comment on column outbox.kind is 'What kind of message.';
comment on column outbox.case_id is 'The case it is about.';
comment on column outbox.external_no is 'The channel''s own number.';
comment on column outbox.payload is 'The message.';
comment on column outbox.created_at is 'When it was caused.';
comment on column outbox.attempts is 'How often it was tried.';
comment on column outbox.next_at is 'When it is tried next.';
comment on column outbox.delivered_at is 'When the channel took it.';
comment on column outbox.last_error is 'What went wrong the last time, without content.';
create index outbox_waiting on outbox (next_at) where delivered_at is null;
