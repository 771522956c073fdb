-- Who may come in: organisations, people, their roles, phones and sessions, the channels, and the log of what was done.

create table org (
    id          uuid primary key,
    parent_id   uuid references org,
    kind        text not null check (kind in ('county', 'centre', 'station', 'committee', 'judicial_office', 'department', 'grid', 'court', 'desk')),
    name_zh     text not null,
    region_code text not null check (region_code ~ '^([0-9]{6}|[0-9]{9}|[0-9]{12})$'),
    level       text not null check (level in ('city', 'county', 'township', 'village', 'grid')),
    active      boolean not null default true
);
create index org_by_region on org (region_code text_pattern_ops);
comment on table org is 'Organisations 机构: centre, stations, committees, departments, grids';
comment on column org.id is 'UUIDv7';
comment on column org.parent_id is 'The organisation above it; null for the county itself';
comment on column org.kind is 'What it is';
comment on column org.name_zh is 'Its name as people read it';
comment on column org.region_code is 'Its territory: county 6, township 9, village 12 digits; jurisdiction is by prefix';
comment on column org.level is 'The level of its territory';
comment on column org.active is 'False when it has been dissolved; its past acts stay';

create table app_user (
    id            uuid primary key,
    org_id        uuid not null references org,
    login         text not null,
    password_hash text not null,
    display_name  text not null,
    active        boolean not null default true,
    created_at    timestamptz not null,
    constraint app_user_login unique (login)
);
comment on table app_user is 'People with an account';
comment on column app_user.id is 'UUIDv7';
comment on column app_user.org_id is 'The organisation that employs the person; acts are done for the organisation of the role grant';
comment on column app_user.login is 'What the person types, lower case';
comment on column app_user.password_hash is 'argon2id in PHC form';
comment on column app_user.display_name is 'The name that colleagues see';
comment on column app_user.active is 'False when the account is closed; sessions of a closed account are refused';
comment on column app_user.created_at is 'When the account was made';

create table role_grant (
    user_id  uuid not null references app_user,
    role     text not null,
    org_id   uuid not null references org,
    from_at  timestamptz not null,
    until_at timestamptz,
    primary key (user_id, role, org_id, from_at),
    check (until_at is null or until_at > from_at)
);
comment on table role_grant is 'Which role a person has for which organisation, and from when to when';
comment on column role_grant.user_id is 'The person';
comment on column role_grant.role is 'The role, as in hejie_case::role::Role';
comment on column role_grant.org_id is 'The organisation for which the person acts in this role; its region is the jurisdiction';
comment on column role_grant.from_at is 'First moment of the grant';
comment on column role_grant.until_at is 'End of the grant, exclusive; null while it runs';

create table device (
    id           uuid primary key,
    user_id      uuid not null references app_user,
    actor        bytea not null check (octet_length(actor) = 16),
    name         text not null,
    enrolled_at  timestamptz not null,
    last_seen_at timestamptz,
    revoked_at   timestamptz,
    constraint device_actor unique (actor)
);
create index device_by_user on device (user_id);
comment on table device is 'Enrolled phones. A restored phone enrols anew and gets another actor';
comment on column device.id is 'UUIDv7';
comment on column device.user_id is 'The person who enrolled it; a phone never changes hands';
comment on column device.actor is 'The Automerge actor that this phone alone writes with; made by the server';
comment on column device.name is 'What the person calls it';
comment on column device.enrolled_at is 'When it was enrolled';
comment on column device.last_seen_at is 'When it last spoke to the server, to the minute';
comment on column device.revoked_at is 'When it was taken out of service; it stays, because its changes name it';

create table session (
    id         uuid primary key,
    user_id    uuid not null references app_user,
    device_id  uuid references device,
    role       text not null,
    org_id     uuid not null references org,
    started_at timestamptz not null,
    ended_at   timestamptz,
    end_reason text check (end_reason in ('signed_out', 'token_reused', 'device_revoked', 'account_closed')),
    check ((ended_at is null) = (end_reason is null))
);
create index session_by_user on session (user_id) where ended_at is null;
create index session_by_device on session (device_id) where ended_at is null;
comment on table session is 'Sessions; each is one family of refresh tokens';
comment on column session.id is 'UUIDv7, the sid of its access tokens';
comment on column session.user_id is 'Whose session';
comment on column session.device_id is 'The phone it is bound to; null for a browser';
comment on column session.role is 'The one role in which every act of the session is done';
comment on column session.org_id is 'The organisation for which every act of the session is done';
comment on column session.started_at is 'When the person signed in';
comment on column session.ended_at is 'When it ended; null while it may be refreshed';
comment on column session.end_reason is 'Why it ended';

create table refresh_token (
    token_hash bytea primary key check (octet_length(token_hash) = 32),
    session_id uuid not null references session,
    issued_at  timestamptz not null,
    expires_at timestamptz not null,
    rotated_at timestamptz
);
create index refresh_token_by_session on refresh_token (session_id);
comment on table refresh_token is 'Refresh tokens; each may be used once, and a second use ends the session';
comment on column refresh_token.token_hash is 'SHA-256 of the token; the token itself is never stored';
comment on column refresh_token.session_id is 'The family';
comment on column refresh_token.issued_at is 'When it was handed out';
comment on column refresh_token.expires_at is 'When it can no longer be used';
comment on column refresh_token.rotated_at is 'When it was exchanged for the next one; null for the live one';

create table channel (
    id          uuid primary key,
    name        text not null,
    title_zh    text not null,
    org_id      uuid not null references org,
    secret      bytea not null check (octet_length(secret) >= 32),
    webhook_url text,
    active      boolean not null default true,
    created_at  timestamptz not null,
    constraint channel_name unique (name)
);
comment on table channel is 'Exchange accounts: 110, 12345, court';
comment on column channel.id is 'UUIDv7';
comment on column channel.name is 'What the channel writes into X-Hejie-Channel';
comment on column channel.title_zh is 'What people read: 110 报警服务台';
comment on column channel.org_id is 'The organisation that answers for it; its region bounds what it may report';
comment on column channel.secret is 'The key of its signatures, both ways';
comment on column channel.webhook_url is 'Where receipts and results are sent; null when it only fetches';
comment on column channel.active is 'False when its orders are refused';
comment on column channel.created_at is 'When it was set up';

create table audit_head (
    id   smallint primary key check (id = 1),
    seq  bigint not null,
    hash bytea not null check (octet_length(hash) = 32)
);
insert into audit_head values (1, 0, decode(repeat('00', 32), 'hex'));
comment on table audit_head is 'The end of the audit chain; locking its row puts the entries in order';
comment on column audit_head.id is 'Always 1: there is one chain';
comment on column audit_head.seq is 'Number of the last entry';
comment on column audit_head.hash is 'Hash of the last entry';

create table audit_log (
    seq       bigint primary key,
    at        timestamptz not null,
    user_id   uuid,
    device_id uuid,
    address   text,
    action    text not null,
    object    text,
    case_id   uuid,
    purpose   text,
    ok        boolean not null,
    prev_hash bytea not null check (octet_length(prev_hash) = 32),
    hash      bytea not null check (octet_length(hash) = 32)
);
create index audit_log_by_user on audit_log (user_id, seq);
create index audit_log_by_case on audit_log (case_id, seq) where case_id is not null;
comment on table audit_log is 'Who did what, when, and whether it worked (P15). Rows are only ever added; each carries the hash of the one before';
comment on column audit_log.seq is 'Running number without gaps';
comment on column audit_log.at is 'When, by the server''s clock';
comment on column audit_log.user_id is 'Who; null when nobody was recognised';
comment on column audit_log.device_id is 'From which phone, if one';
comment on column audit_log.address is 'From which network address';
comment on column audit_log.action is 'What was done, as verb_resource';
comment on column audit_log.object is 'To what, as an identifier; never a name';
comment on column audit_log.case_id is 'The case concerned';
comment on column audit_log.purpose is 'The reason that the person gave, where one is asked for (P17)';
comment on column audit_log.ok is 'Whether it succeeded';
comment on column audit_log.prev_hash is 'Hash of the entry before; zeroes for the first';
comment on column audit_log.hash is 'SHA-256 over prev_hash and this entry in canonical form';
