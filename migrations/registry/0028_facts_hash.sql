-- The facts by their hash: digests of the same version from two lives of a registry differ.

-- `convert_to` counts as depending on the encoding of the database, which is always UTF-8 here.
create function facts_sha256(facts jsonb) returns bytea language sql immutable strict parallel safe
    return sha256(convert_to(facts::text, 'UTF8'));
comment on function facts_sha256(jsonb) is 'SHA-256 of facts as phones get them.';

alter table case_doc
    add facts_hash bytea not null generated always as (facts_sha256(facts)) stored;
comment on column case_doc.facts_hash is 'SHA-256 of the facts as phones get them. What a phone holds under the same version and another hash is not the same.';

-- Two lives of a registry that nobody told apart give one epoch and version to two states: a claim is named by its facts as well.
alter table recovery_claim
    add facts_hash bytea not null generated always as (facts_sha256(facts)) stored,
    drop constraint recovery_claim_pkey,
    add primary key (case_id, epoch, facts_version, facts_hash);
comment on column recovery_claim.facts_hash is 'SHA-256 of the facts.';
