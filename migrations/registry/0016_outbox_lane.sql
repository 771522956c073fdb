-- The outbox has a lane for each channel: one message at a time, and a channel that hangs delays nobody else.

create table outbox_lane (
    channel text primary key,
    leased_until timestamptz not null,
    paused_until timestamptz not null
);
comment on table outbox_lane is 'Which server sends to a channel now, and until when a channel that did not answer is left alone.';
comment on column outbox_lane.channel is 'The channel, by name.';
comment on column outbox_lane.leased_until is 'Until then the lane is one server''s; it renews this with each message.';
comment on column outbox_lane.paused_until is 'Nothing is sent before; a new police order ends the pause.';
create index outbox_by_lane on outbox (channel, next_at) where delivered_at is null;
