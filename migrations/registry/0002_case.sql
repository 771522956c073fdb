-- The case: its document, its facts, who may see it, and the rows that the fold writes.
-- Tables of the fold hold what `hejie_case::fold` makes of one case; each has the key (case_id, id).

create table catalogue_version (
    id int primary key,
    issued_on date not null,
    note text not null
);
comment on table catalogue_version is 'Issues of the catalogue of situations; cases keep the issue they were opened under.';
comment on column catalogue_version.id is 'Running number of the issue.';
comment on column catalogue_version.issued_on is 'Day of issue, Asia/Shanghai.';
comment on column catalogue_version.note is 'What changed, in words.';

create table situation (
    version int not null references catalogue_version,
    code text not null,
    list text not null check (list in ('police', 'non_police')),
    category_zh text not null,
    category_en text not null,
    situation_zh text not null,
    situation_en text not null,
    default_difficulty text not null check (default_difficulty in ('simple', 'ordinary', 'complex')),
    default_department text not null,
    statistics_class text,
    esign text not null check (esign in ('yes', 'no', 'conditional', 'not_applicable')),
    primary key (version, code)
);
comment on table situation is 'The two lists of R111: 15 categories of 72 non-police and 8 of 42 police situations, as data.';
comment on column situation.version is 'Issue of the catalogue.';
comment on column situation.code is 'Code such as N03-05.';
comment on column situation.list is 'Which of the two lists.';
comment on column situation.category_zh is 'Category, Chinese.';
comment on column situation.category_en is 'Category, English.';
comment on column situation.situation_zh is 'Situation, Chinese.';
comment on column situation.situation_en is 'Situation, English.';
comment on column situation.default_difficulty is 'Difficulty before rules raise it (R115).';
comment on column situation.default_department is 'Departments by name, separated by a slash.';
comment on column situation.statistics_class is 'Class of the Ministry''s statistics; null for police situations.';
comment on column situation.esign is 'Whether an electronic signature may be used (E-Signature Law art. 3).';

create table case_counter (
    county text not null,
    year int not null,
    last int not null,
    primary key (county, year)
);
comment on table case_counter is 'The last running number of a county and year.';
comment on column case_counter.county is 'Six digits of the county.';
comment on column case_counter.year is 'Year, Asia/Shanghai.';
comment on column case_counter.last is 'Last number given.';

create table case_name (
    name text primary key,
    kind text not null check (kind in ('case_no', 'public_code')),
    case_id uuid not null
);
comment on table case_name is 'Names of cases that must be unique across cases; a reference table, so that case tables can be distributed.';
comment on column case_name.name is 'Case number or public code.';
comment on column case_name.kind is 'Which of the two.';
comment on column case_name.case_id is 'The case.';

create table case_doc (
    case_id uuid primary key,
    snapshot bytea not null,
    heads bytea[] not null,
    known_heads bytea[] not null,
    facts jsonb not null,
    facts_version bigint not null,
    view jsonb not null,
    digest bytea not null check (octet_length(digest) = 16),
    settled_at timestamptz not null,
    parked_reason text
);
comment on table case_doc is 'One row a case: the merged document and the facts beside it. Locked by whoever moves the case.';
comment on column case_doc.case_id is 'The case.';
comment on column case_doc.snapshot is 'Saved Automerge document at heads; made and read by workers only.';
comment on column case_doc.heads is 'Heads of the merged document, sorted.';
comment on column case_doc.known_heads is 'Heads of all acknowledged changes, merged or not, sorted.';
comment on column case_doc.facts is 'Facts as JSON (hejie_case::facts::Facts).';
comment on column case_doc.facts_version is 'Version of the facts, for compare-and-set.';
comment on column case_doc.view is 'What the document says at heads (hejie_case::view::CaseView), for the console.';
comment on column case_doc.digest is 'Digest of case, facts version and known heads (docs/sync-protocol.md).';
comment on column case_doc.settled_at is 'When the case was last merged, ruled and folded.';
comment on column case_doc.parked_reason is 'Why the case could not be settled; null when it could. A parked case is readable at its last good state.';
create index case_doc_parked on case_doc (case_id) where parked_reason is not null;

create table case_member (
    case_id uuid not null references case_doc,
    user_id uuid not null,
    role text not null,
    org_id uuid not null,
    from_at timestamptz not null,
    until_at timestamptz,
    primary key (case_id, user_id, from_at)
);
comment on table case_member is 'Who may write into a case from a phone, from when to when. Follows the assignments.';
comment on column case_member.case_id is 'The case.';
comment on column case_member.user_id is 'The person.';
comment on column case_member.role is 'The role in which the person writes here.';
comment on column case_member.org_id is 'The organisation for which the person acts here.';
comment on column case_member.from_at is 'Since when.';
comment on column case_member.until_at is 'Until when; null while it lasts.';
create index case_member_user on case_member (user_id, case_id) where until_at is null;
create unique index case_member_once on case_member (case_id, user_id) where until_at is null;

create table case_reg (
    case_id uuid primary key references case_doc,
    case_no text not null,
    public_code text not null,
    status text not null,
    facts_version bigint not null,
    catalogue_version int not null,
    situation_code text not null,
    difficulty text not null check (difficulty in ('simple', 'ordinary', 'complex')),
    level text not null check (level in ('blue', 'yellow', 'red')),
    score smallint not null,
    region_code text not null,
    source_channel text not null,
    source_no text,
    registered_at timestamptz not null,
    accepted_at timestamptz,
    closed_at timestamptz,
    close_kind text,
    lead_user uuid,
    lead_org uuid,
    persons int,
    amount_cents bigint,
    due_at timestamptz,
    open_conflicts int not null,
    foreign key (catalogue_version, situation_code) references situation (version, code),
    check ((status in ('closed', 'archived')) = (closed_at is not null)),
    check ((close_kind is null) = (closed_at is null))
);
comment on table case_reg is 'The registry: one row a case, as supervisors search and count it. Written by the fold.';
comment on column case_reg.case_id is 'The case.';
comment on column case_reg.case_no is 'Case number.';
comment on column case_reg.public_code is 'Public code (LW28).';
comment on column case_reg.status is 'One of 18 states (domain 3.2).';
comment on column case_reg.facts_version is 'Version of the facts that this row shows.';
comment on column case_reg.catalogue_version is 'Issue of the catalogue.';
comment on column case_reg.situation_code is 'Situation as ruled.';
comment on column case_reg.difficulty is 'Difficulty as ruled.';
comment on column case_reg.level is 'Colour: blue, yellow, red.';
comment on column case_reg.score is 'Score behind the colour, 0 to 100.';
comment on column case_reg.region_code is 'Region.';
comment on column case_reg.source_channel is 'Channel that reported it.';
comment on column case_reg.source_no is 'The channel''s own number.';
comment on column case_reg.registered_at is 'Receipt by the server.';
comment on column case_reg.accepted_at is 'Acceptance.';
comment on column case_reg.closed_at is 'Closing.';
comment on column case_reg.close_kind is 'How it was closed.';
comment on column case_reg.lead_user is 'Lead, or first handler before acceptance.';
comment on column case_reg.lead_org is 'Organisation of the lead.';
comment on column case_reg.persons is 'Persons taking part.';
comment on column case_reg.amount_cents is 'Money in dispute, cents.';
comment on column case_reg.due_at is 'The next open deadline.';
comment on column case_reg.open_conflicts is 'Open disagreements of grade review or block.';
create index case_reg_by_registration on case_reg (registered_at desc, case_id);
create index case_reg_by_status on case_reg (status, registered_at desc);
create index case_reg_by_region on case_reg (region_code text_pattern_ops);

create table case_party (
    case_id uuid not null references case_doc,
    id uuid not null,
    kind text not null check (kind in ('person', 'organisation')),
    side text not null check (side in ('a', 'b', 'third')),
    name_masked text not null,
    is_minor bool not null,
    is_representative bool not null,
    guardian_of uuid,
    secret_ref text,
    withdrawn bool not null,
    primary key (case_id, id)
);
comment on table case_party is 'Parties, masked.';
comment on column case_party.case_id is 'The case.';
comment on column case_party.id is 'The entry in the document.';
comment on column case_party.kind is 'Person or organisation.';
comment on column case_party.side is 'Side a, b or third.';
comment on column case_party.name_masked is 'Masked name (P20).';
comment on column case_party.is_minor is 'Under eighteen.';
comment on column case_party.is_representative is 'Speaks for many (LW18).';
comment on column case_party.guardian_of is 'The minor whose guardian this party is.';
comment on column case_party.secret_ref is 'Reference of the sealed identity.';
comment on column case_party.withdrawn is 'Marked as withdrawn; still in the document.';

create table consent_event (
    case_id uuid not null references case_doc,
    id uuid not null,
    party_id uuid not null,
    what text not null,
    decision text not null check (decision in ('agree', 'refuse', 'withdraw')),
    text_version text not null,
    claimed_at timestamptz not null,
    evidence_id uuid,
    primary key (case_id, id)
);
comment on table consent_event is 'Consent and refusal of parties, as recorded (P02-P06).';
comment on column consent_event.case_id is 'The case.';
comment on column consent_event.id is 'The entry in the document.';
comment on column consent_event.party_id is 'The party who spoke.';
comment on column consent_event.what is 'About what.';
comment on column consent_event.decision is 'And said what.';
comment on column consent_event.text_version is 'Version of the text shown or read aloud.';
comment on column consent_event.claimed_at is 'When, by the device''s clock.';
comment on column consent_event.evidence_id is 'Evidence of it.';

create table evidence (
    case_id uuid not null references case_doc,
    id uuid not null,
    kind text not null,
    sha256 text not null,
    size bigint not null,
    mime text not null,
    taken_at timestamptz not null,
    withdrawn bool not null,
    primary key (case_id, id)
);
comment on table evidence is 'Evidence captured on phones; the files follow in a queue of their own.';
comment on column evidence.case_id is 'The case.';
comment on column evidence.id is 'The entry in the document.';
comment on column evidence.kind is 'Photo, video, audio, paper.';
comment on column evidence.sha256 is 'Hash of the original file, lower-case hex (R016).';
comment on column evidence.size is 'Bytes of the original file.';
comment on column evidence.mime is 'Media type.';
comment on column evidence.taken_at is 'When, by the device''s clock.';
comment on column evidence.withdrawn is 'Marked as withdrawn; stays in the dossier (M18).';

create table case_request (
    case_id uuid not null references case_doc,
    id uuid not null,
    kind text not null,
    payload jsonb not null,
    actor text not null,
    by_user uuid,
    base_version bigint not null,
    claimed_at timestamptz not null,
    ruling text not null check (ruling in ('pending', 'accepted', 'refused')),
    ruled_at timestamptz,
    reason_code text,
    reason_zh text,
    primary key (case_id, id)
);
comment on table case_request is 'Requests of phones and what was decided on them.';
comment on column case_request.case_id is 'The case.';
comment on column case_request.id is 'The entry in the document.';
comment on column case_request.kind is 'What is asked.';
comment on column case_request.payload is 'The request as written.';
comment on column case_request.actor is 'The actor that wrote it, hex.';
comment on column case_request.by_user is 'The person behind the actor.';
comment on column case_request.base_version is 'Version of the facts it was made on.';
comment on column case_request.claimed_at is 'When, by the device''s clock.';
comment on column case_request.ruling is 'Pending, accepted or refused.';
comment on column case_request.ruled_at is 'When it was ruled on.';
comment on column case_request.reason_code is 'Stable code of a refusal.';
comment on column case_request.reason_zh is 'What the author is told to do.';

create table case_event (
    case_id uuid not null references case_doc,
    id int not null,
    event text not null,
    by_user uuid,
    by_role text,
    from_status text not null,
    to_status text not null,
    claimed_at timestamptz,
    received_at timestamptz not null,
    zh text not null,
    primary key (case_id, id)
);
comment on table case_event is 'The trail: what moved the case, in the order of receipt (R036, R048).';
comment on column case_event.case_id is 'The case.';
comment on column case_event.id is 'Place in the trail, from 0.';
comment on column case_event.event is 'Event of domain 3.2, such as E05.';
comment on column case_event.by_user is 'Who; null for a rule.';
comment on column case_event.by_role is 'In which role.';
comment on column case_event.from_status is 'Status before.';
comment on column case_event.to_status is 'Status after.';
comment on column case_event.claimed_at is 'When, by a device''s clock.';
comment on column case_event.received_at is 'When the server received it.';
comment on column case_event.zh is 'In words, without names.';

create table assignment (
    case_id uuid not null references case_doc,
    id int not null,
    user_id uuid not null,
    org_id uuid not null,
    role text not null,
    duty text not null check (duty in ('first', 'lead', 'co', 'visit')),
    from_at timestamptz not null,
    signed_at timestamptz,
    to_at timestamptz,
    primary key (case_id, id)
);
comment on table assignment is 'Who answers for what, from when to when (R022, R027).';
comment on column assignment.case_id is 'The case.';
comment on column assignment.id is 'Version of the assignment within the case.';
comment on column assignment.user_id is 'The person.';
comment on column assignment.org_id is 'The organisation.';
comment on column assignment.role is 'The role used.';
comment on column assignment.duty is 'First handler, lead, co-handler, visits.';
comment on column assignment.from_at is 'Offered when.';
comment on column assignment.signed_at is 'Signed for when.';
comment on column assignment.to_at is 'Ended when.';
create unique index assignment_one_lead on assignment (case_id) where duty = 'lead' and to_at is null;

create table deadline (
    case_id uuid not null references case_doc,
    id text not null,
    kind text not null,
    starts_at timestamptz not null,
    due_at timestamptz not null,
    met_at timestamptz,
    basis text not null,
    primary key (case_id, id)
);
comment on table deadline is 'Clocks of a case (domain 3.3).';
comment on column deadline.case_id is 'The case.';
comment on column deadline.id is 'Kind and running number, such as feedback:0.';
comment on column deadline.kind is 'Which clock.';
comment on column deadline.starts_at is 'Runs since.';
comment on column deadline.due_at is 'Ends at.';
comment on column deadline.met_at is 'Met when.';
comment on column deadline.basis is 'The rule it comes from.';
create index deadline_open on deadline (due_at) where met_at is null;

create table risk_factor (
    case_id uuid not null references case_doc,
    id int not null,
    code text not null,
    points smallint not null,
    zh text not null,
    primary key (case_id, id)
);
comment on table risk_factor is 'What the present colour is made of (P07: explainable).';
comment on column risk_factor.case_id is 'The case.';
comment on column risk_factor.id is 'Place in the list.';
comment on column risk_factor.code is 'Stable code.';
comment on column risk_factor.points is 'Points; negative ones calm.';
comment on column risk_factor.zh is 'In words.';

create table agreement (
    case_id uuid not null references case_doc,
    id uuid not null,
    form text not null check (form in ('written', 'oral')),
    content_hash text not null,
    number text,
    effective_at timestamptz,
    seal_no text,
    void_at timestamptz,
    primary key (case_id, id)
);
comment on table agreement is 'The agreement of a case (Mediation Law arts. 28-30).';
comment on column agreement.case_id is 'The case.';
comment on column agreement.id is 'The frozen draft.';
comment on column agreement.form is 'Written or oral.';
comment on column agreement.content_hash is 'Hash that was signed.';
comment on column agreement.number is 'Number, given with effect.';
comment on column agreement.effective_at is 'When it took effect.';
comment on column agreement.seal_no is 'Number of the committee''s seal.';
comment on column agreement.void_at is 'When another draft replaced it.';

create table obligation (
    case_id uuid not null references case_doc,
    id uuid not null,
    agreement_id uuid not null,
    obligor uuid not null,
    obligee uuid not null,
    kind text not null,
    amount_cents bigint not null,
    due_on date,
    state text not null check (state in ('open', 'performed', 'disputed', 'broken')),
    primary key (case_id, id)
);
comment on table obligation is 'What somebody promised in the agreement.';
comment on column obligation.case_id is 'The case.';
comment on column obligation.id is 'The clause.';
comment on column obligation.agreement_id is 'The frozen draft.';
comment on column obligation.obligor is 'Who owes.';
comment on column obligation.obligee is 'To whom.';
comment on column obligation.kind is 'Pay, do, refrain, apologise.';
comment on column obligation.amount_cents is 'How much, cents.';
comment on column obligation.due_on is 'Last day, Asia/Shanghai; null if not dated.';
comment on column obligation.state is 'Open, performed, disputed (M27) or broken.';

create table signature (
    case_id uuid not null references case_doc,
    id uuid not null,
    draft_id uuid not null,
    signer_kind text not null check (signer_kind in ('party', 'mediator')),
    party_id uuid,
    content_hash text not null,
    medium text not null,
    claimed_at timestamptz not null,
    primary key (case_id, id)
);
comment on table signature is 'Signatures on frozen drafts.';
comment on column signature.case_id is 'The case.';
comment on column signature.id is 'The entry in the document.';
comment on column signature.draft_id is 'The draft.';
comment on column signature.signer_kind is 'Party or mediator.';
comment on column signature.party_id is 'The party.';
comment on column signature.content_hash is 'Hash that was signed.';
comment on column signature.medium is 'Paper, screen, electronic, fingerprint.';
comment on column signature.claimed_at is 'When, by the device''s clock.';

create table visit (
    case_id uuid not null references case_doc,
    id uuid not null,
    actor text not null,
    by_user uuid,
    due_no smallint,
    method text not null,
    claimed_at timestamptz not null,
    performance text not null,
    satisfaction smallint check (satisfaction between 1 and 5),
    independent bool not null,
    relapse_sign bool not null,
    primary key (case_id, id)
);
comment on table visit is 'Follow-up visits.';
comment on column visit.case_id is 'The case.';
comment on column visit.id is 'The entry in the document.';
comment on column visit.actor is 'The actor that wrote it, hex.';
comment on column visit.by_user is 'The person behind the actor.';
comment on column visit.due_no is 'The due item it answers.';
comment on column visit.method is 'Door, telephone, video.';
comment on column visit.claimed_at is 'When, by the device''s clock.';
comment on column visit.performance is 'Performance found.';
comment on column visit.satisfaction is 'Satisfaction 1 to 5.';
comment on column visit.independent is 'The visitor is not the lead of the case (domain 3.1).';
comment on column visit.relapse_sign is 'Signs of breaking out again.';

create table merge_conflict (
    case_id uuid not null references case_doc,
    id uuid not null,
    kind text not null,
    path text not null,
    severity text not null check (severity in ('block', 'review', 'note')),
    variants jsonb not null,
    found_at timestamptz not null,
    settled_at timestamptz,
    settled_by uuid,
    choice smallint,
    why text,
    primary key (case_id, id)
);
comment on table merge_conflict is 'Disagreements between authors and the rulings on them (domain 3.7).';
comment on column merge_conflict.case_id is 'The case.';
comment on column merge_conflict.id is 'Made from kind, path and variants.';
comment on column merge_conflict.kind is 'Which dangerous merge.';
comment on column merge_conflict.path is 'Where in the document.';
comment on column merge_conflict.severity is 'Block, review or note.';
comment on column merge_conflict.variants is 'What each author wrote.';
comment on column merge_conflict.found_at is 'When it was found.';
comment on column merge_conflict.settled_at is 'When it was ruled on, or removed by its authors.';
comment on column merge_conflict.settled_by is 'Who ruled; null when its authors removed it.';
comment on column merge_conflict.choice is 'The variant that holds.';
comment on column merge_conflict.why is 'Why.';
create index merge_conflict_open on merge_conflict (severity, found_at) where settled_at is null;
