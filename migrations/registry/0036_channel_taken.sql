-- What channels signed and we took: the same bytes again, as after a lost answer, are answered as the first time.

create table channel_taken (
    channel_id uuid not null references channel,
    signature bytea not null check (octet_length(signature) = 32),
    at timestamptz not null,
    primary key (channel_id, signature)
);
comment on table channel_taken is 'Reports of channels that were taken, as long as their signatures hold and somewhat longer.';
comment on column channel_taken.channel_id is 'Who signed.';
comment on column channel_taken.signature is 'The signature, over time and body: no two reports have the same.';
comment on column channel_taken.at is 'Taken when.';
create index channel_taken_by_time on channel_taken (at);
