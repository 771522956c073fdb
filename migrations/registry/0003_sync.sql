-- The exchange with phones: the durable log of changes, the index of objects for checking rights, and the feed of each person.
--
-- Whoever moves a case locks its row in case_doc first and then the rows in feed_head, by ascending user, all in one
-- transaction and one case a transaction. Since the counter of a person stays locked until the commit, the rows of a feed
-- become visible in the order of their numbers: a reader never passes a row that commits later.

create table case_change (
    case_id uuid not null references case_doc,
    hash bytea not null check (octet_length(hash) = 32),
    position bigint not null,
    actor bytea not null check (octet_length(actor) = 16),
    actor_seq bigint not null check (actor_seq > 0),
    start_op bigint not null check (start_op > 0),
    max_op bigint not null,
    deps bytea[] not null,
    device_id uuid,
    user_id uuid,
    role text,
    org_id uuid,
    bytes bytea not null,
    received_at timestamptz not null,
    state text not null check (state in ('acknowledged', 'merged', 'quarantined')),
    reason_code text,
    reason_zh text,
    primary key (case_id, hash),
    unique (case_id, position),
    check ((state = 'quarantined') = (reason_code is not null)),
    check ((reason_code is null) = (reason_zh is null))
);
comment on table case_change is 'The log: every change of every case as it arrived, by content. Nothing is ever deleted.';
comment on column case_change.case_id is 'The case.';
comment on column case_change.hash is 'SHA-256 of the change, its name among replicas.';
comment on column case_change.position is 'Place in the order of receipt within the case, which is a causal order.';
comment on column case_change.actor is 'The actor that wrote it.';
comment on column case_change.actor_seq is 'The running number that the actor gave it.';
comment on column case_change.start_op is 'Counter of its first operation.';
comment on column case_change.max_op is 'Counter of its last operation.';
comment on column case_change.deps is 'The changes it was written on.';
comment on column case_change.device_id is 'The phone that sent it; null for the server''s own.';
comment on column case_change.user_id is 'The person who sent it; null for the server''s own.';
comment on column case_change.role is 'The role in which it was written.';
comment on column case_change.org_id is 'The organisation for which it was written.';
comment on column case_change.bytes is 'The change as an Automerge chunk of type 1.';
comment on column case_change.received_at is 'When the server received it: the fact, whatever a phone''s clock says.';
comment on column case_change.state is 'Acknowledged: durable, linted, bound, within rights. Merged: in the document. Quarantined: kept aside.';
comment on column case_change.reason_code is 'Why it is quarantined, for programs.';
comment on column case_change.reason_zh is 'Why it is quarantined, for its author.';
create unique index case_change_by_actor on case_change (case_id, actor, actor_seq) where state <> 'quarantined';
create index case_change_by_max_op on case_change (case_id, max_op) where state <> 'quarantined';
create index case_change_unmerged on case_change (case_id, position) where state = 'acknowledged';
create index case_change_quarantined on case_change (received_at desc, case_id) where state = 'quarantined';

create table case_object (
    case_id uuid not null references case_doc,
    counter bigint not null,
    actor bytea not null check (octet_length(actor) = 16),
    container text not null,
    entry text,
    field text,
    creator bytea not null check (octet_length(creator) = 16),
    primary key (case_id, counter, actor)
);
comment on table case_object is 'Where each object of a document hangs and who made it, so that rights are checked without opening the document.';
comment on column case_object.case_id is 'The case.';
comment on column case_object.counter is 'First half of the Automerge object id.';
comment on column case_object.actor is 'Second half of the Automerge object id.';
comment on column case_object.container is 'The container of the schema.';
comment on column case_object.entry is 'Key of the entry in its container; null for a container itself.';
comment on column case_object.field is 'Field of the entry; null for the entry itself.';
comment on column case_object.creator is 'The actor that made the entry.';

create table feed_head (
    user_id uuid primary key,
    last_seq bigint not null,
    digest bytea not null check (octet_length(digest) = 16)
);
comment on table feed_head is 'One row a person: the counter of the feed, locked by every transaction that appends to it.';
comment on column feed_head.user_id is 'The person.';
comment on column feed_head.last_seq is 'Number of the last row of the feed.';
comment on column feed_head.digest is 'XOR of the digests of all cases that the person may see, at last_seq.';

create table feed (
    user_id uuid not null,
    seq bigint not null,
    case_id uuid not null,
    kind text not null check (kind in ('change', 'facts', 'grant', 'forget', 'refused')),
    hash bytea check (octet_length(hash) = 32),
    code text,
    zh text,
    at timestamptz not null,
    primary key (user_id, seq),
    check ((hash is not null) = (kind in ('change', 'refused'))),
    check ((code is not null) = (kind in ('forget', 'refused'))),
    check ((code is null) = (zh is null))
);
comment on table feed is 'What moved for each person, numbered in the order of commits.';
comment on column feed.user_id is 'The person.';
comment on column feed.seq is 'Number in the feed of this person, from 1, without gaps.';
comment on column feed.case_id is 'The case that moved.';
comment on column feed.kind is 'A change arrived, the facts moved, the case was granted or taken away, or a change of this person was refused.';
comment on column feed.hash is 'The change, for change and refused.';
comment on column feed.code is 'Why, for programs, for forget and refused.';
comment on column feed.zh is 'Why, for people, for forget and refused.';
comment on column feed.at is 'When the row was appended.';
