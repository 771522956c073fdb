-- A case in two parts (docs/adr/0026-parts-of-a-case.md): the work, and what is confidential. A change says by its actor in which part it was written.

do $$
begin
    if exists (select 1 from case_doc) then
        raise exception 'this database holds cases of a version before the first release, whose documents have one part: begin with an empty database, or go on with the version that wrote them';
    end if;
end $$;

create function is_confidential(actor bytea) returns bool language sql immutable strict parallel safe
    return get_byte(actor, 0) >= 128;
comment on function is_confidential(bytea) is 'Whether an actor writes in the confidential part of cases.';

create function phone_of(actor bytea) returns bytea language sql immutable strict parallel safe
    return set_byte(actor, 0, get_byte(actor, 0) & 127);
comment on function phone_of(bytea) is 'The actor by which the phone behind an actor is known.';

alter table device add constraint device_actor_is_of_phone check (not is_confidential(actor));

alter table case_doc
    add work_heads bytea[] not null default '{}',
    add work_facts jsonb,
    add work_facts_hash bytea not null generated always as (facts_sha256(coalesce(work_facts, facts))) stored,
    add work_digest bytea not null default decode(repeat('00', 16), 'hex') check (octet_length(work_digest) = 16);
comment on column case_doc.digest is 'Digest of case, facts and known heads, as whoever holds both parts has them (docs/sync-protocol.md).';
comment on column case_doc.work_heads is 'Heads of the acknowledged changes of the work, sorted: the heads of whoever holds the work alone.';
comment on column case_doc.work_facts is 'Facts as whoever holds the work alone gets them; null where they are the same.';
comment on column case_doc.work_facts_hash is 'SHA-256 of the facts as whoever holds the work alone gets them.';
comment on column case_doc.work_digest is 'Digest of case, facts and heads, as whoever holds the work alone has them.';
