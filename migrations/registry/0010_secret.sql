-- Full identities of parties: encrypted, found again only by keyed hashes, destroyed by destroying their keys.

create table party_secret (
    case_id uuid not null references case_doc,
    party_id uuid not null,
    master_key_id text,
    wrapped_key bytea,
    ciphertext bytea,
    hash_key_id text,
    identity_hash bytea check (octet_length(identity_hash) = 32),
    contact_hash bytea check (octet_length(contact_hash) = 32),
    sealed_hash bytea not null check (octet_length(sealed_hash) = 32),
    captured_at timestamptz not null,
    received_at timestamptz not null,
    by_user uuid not null,
    by_device uuid not null,
    destroyed_at timestamptz,
    destroyed_by uuid,
    ordered_by uuid,
    order_no text,
    destroy_reason text,
    primary key (case_id, party_id),
    check ((destroyed_at is null) = (master_key_id is not null)),
    check ((destroyed_at is null) = (wrapped_key is not null)),
    check ((destroyed_at is null) = (ciphertext is not null)),
    check ((destroyed_at is null) = (hash_key_id is not null)),
    check (destroyed_at is null or (identity_hash is null and contact_hash is null)),
    check ((destroyed_at is null) = (destroyed_by is null)),
    check ((destroyed_at is null) = (ordered_by is null)),
    check ((destroyed_at is null) = (order_no is null)),
    check ((destroyed_at is null) = (destroy_reason is null))
);
comment on table party_secret is 'Full identities of parties (class D), each under a data key of its own; one row a party, kept when its content is destroyed (P09).';
comment on column party_secret.case_id is 'The case; part of the associated data, so that a row copied to another case does not open.';
comment on column party_secret.party_id is 'The party''s entry in the document; part of the associated data.';
comment on column party_secret.master_key_id is 'The master key of the key ring that wraps the data key; null once destroyed.';
comment on column party_secret.wrapped_key is 'The data key under the master key: 24 bytes of nonce, then 48 bytes. Null once destroyed, which is the destruction.';
comment on column party_secret.ciphertext is 'The identity as JSON under the data key: 24 bytes of nonce, then XChaCha20-Poly1305. Null once destroyed.';
comment on column party_secret.hash_key_id is 'The hash key of the key ring under which both hashes were made; hashes of different keys are never compared.';
comment on column party_secret.identity_hash is 'HMAC-SHA256 of the ID number; null without one. Tells that two parties are one person, and nobody who.';
comment on column party_secret.contact_hash is 'HMAC-SHA256 of name and telephone; counts only where one of the two has no ID number.';
comment on column party_secret.sealed_hash is 'SHA-256 of the sealed bytes as received: the same bytes sent again get the same receipt.';
comment on column party_secret.captured_at is 'When it was written down, by the device''s clock; the later one stays.';
comment on column party_secret.received_at is 'When the server received it.';
comment on column party_secret.by_user is 'Who captured it.';
comment on column party_secret.by_device is 'On which phone.';
comment on column party_secret.destroyed_at is 'When its content was destroyed; nothing brings it back.';
comment on column party_secret.destroyed_by is 'Who carried the destruction out.';
comment on column party_secret.ordered_by is 'Who ordered it (D06); somebody else.';
comment on column party_secret.order_no is 'Number of the written order.';
comment on column party_secret.destroy_reason is 'Why, in words.';
create index party_secret_by_identity on party_secret (identity_hash) where identity_hash is not null;
create index party_secret_by_contact on party_secret (contact_hash) where contact_hash is not null;
create index party_secret_by_master on party_secret (master_key_id) where master_key_id is not null;

alter table incident add column party_pair_hash bytea check (octet_length(party_pair_hash) = 32);
comment on column incident.party_pair_hash is 'SHA-256 over the sorted keyed hashes of the first party of each side; null while one is not known. Repeat calls are counted by it (R102).';
create index incident_by_pair on incident (party_pair_hash, received_at) where party_pair_hash is not null;
create index incident_by_case on incident (case_id) where case_id is not null;
