-- From where people have signed in: an address that is known is not shut by guessing that goes on elsewhere.

create table sign_in_origin (
    user_id uuid not null references app_user,
    address text not null,
    seen_at timestamptz not null,
    primary key (user_id, address)
);
comment on table sign_in_origin is 'Network addresses from which people signed in, the twenty newest of each person.';
comment on column sign_in_origin.user_id is 'Who signed in.';
comment on column sign_in_origin.address is 'From where: an IPv4 address, or the first address of an IPv6 network of 64 bits.';
comment on column sign_in_origin.seen_at is 'When last.';
