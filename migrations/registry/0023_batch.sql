-- Authorship that travels: phones sign what they send, and what they signed is kept.

-- Whoever enrolled before has no key. Nothing verifies under this one: such a phone is enrolled again.
alter table device
    add public_key bytea not null default decode(repeat('00', 32), 'hex') check (octet_length(public_key) = 32);
alter table device alter public_key drop default;
comment on column device.public_key is 'The public half of the key pair (Ed25519) that the phone drew when it was enrolled; it signs every batch of changes.';

create table case_batch (
    case_id uuid not null,
    device_id uuid not null references device,
    signature bytea not null check (octet_length(signature) = 64),
    hashes bytea[] not null check (cardinality(hashes) > 0),
    received_at timestamptz not null,
    primary key (case_id, device_id, signature)
);
comment on table case_batch is 'What phones signed: the changes of a case in one request, some of which entered the log, the quarantine or the deposit with it. Never taken away.';
comment on column case_batch.case_id is 'The case; for a deposit perhaps one that nobody knows.';
comment on column case_batch.device_id is 'The phone that signed.';
comment on column case_batch.signature is 'Ed25519 by the key of the phone over "hejie-batch-1", a zero byte, the case, the phone, the number of changes (8 bytes, big-endian) and the hashes. The same batch has the same signature.';
comment on column case_batch.hashes is 'The changes in the order in which they were sent, refused ones too; what is no change by the hash of its bytes.';
comment on column case_batch.received_at is 'When it was first received.';

alter table case_change add attested bool not null default false;
comment on column case_change.attested is 'It came back by a proof after the registry was set back: the signature of this server stands for it, not that of its author''s phone.';
