-- Every fact and every record of a case that supervisors search or count by, in rows of the fold. Cases from before get their
-- rows with their next settling; `hejie refold` writes them all at once.

alter table case_reg
    add column round int not null default 1,
    add column level_ended text check (level_ended in ('grid', 'village', 'township', 'county', 'city')),
    add column merged_into uuid,
    add column joint bool not null default false,
    add column hold_since timestamptz,
    add column returns smallint not null default 0,
    add column breached bool not null default false,
    add column adjusted text check (adjusted in ('simple', 'ordinary', 'complex')),
    add column repeat_calls int not null default 0;
comment on column case_reg.round is 'The round, from 1; one more with every reopening (E29).';
comment on column case_reg.level_ended is 'On which level the case ended (R110).';
comment on column case_reg.merged_into is 'The case under which this one goes on (E30).';
comment on column case_reg.joint is 'Taken up jointly (E22).';
comment on column case_reg.hold_since is 'A danger was reported then and is not released (E23).';
comment on column case_reg.returns is 'How often it was given back (R109).';
comment on column case_reg.breached is 'An agreement of this case was broken (E20).';
comment on column case_reg.adjusted is 'Difficulty that a person set (E14).';
comment on column case_reg.repeat_calls is 'Earlier calls of the same pair within 90 days, beyond the first (R102).';

alter table case_party
    add column role text check (role in ('principal', 'guardian', 'agent'));
comment on column case_party.role is 'In which capacity the party takes part; null if it was not said.';

alter table consent_event
    add column is_spent bool not null default false;
comment on column consent_event.is_spent is 'Of an earlier round; counts no more (E29).';

alter table signature
    add column is_spent bool not null default false;
comment on column signature.is_spent is 'Of an earlier round; counts no more (E29).';

alter table evidence
    add column is_missing bool not null default false,
    add column waived_why text;
comment on column evidence.is_missing is 'Its file has not arrived (M17).';
comment on column evidence.waived_why is 'Why its file need not arrive; null while it must (E27c).';

alter table obligation
    add column done_at timestamptz;
comment on column obligation.done_at is 'Performed when, by the device''s clock of the last entry that says so.';

alter table visit
    add column counted_at timestamptz;
comment on column visit.counted_at is 'When the server received it and let it count as a visit; null if it did not.';

create index case_reg_merged_into on case_reg (merged_into) where merged_into is not null;

create table contact (
    case_id uuid not null references case_doc,
    id uuid not null,
    party_id uuid not null,
    means text not null,
    claimed_at timestamptz not null,
    reached bool not null,
    by_user uuid,
    primary key (case_id, id)
);
comment on table contact is 'Contacts with parties and whether they were reached (R088).';
comment on column contact.case_id is 'The case.';
comment on column contact.id is 'The entry in the document.';
comment on column contact.party_id is 'The party.';
comment on column contact.means is 'In person, telephone, video, message, talk with a leader.';
comment on column contact.claimed_at is 'When, by the device''s clock.';
comment on column contact.reached is 'Whether the party was reached.';
comment on column contact.by_user is 'Who made the contact.';

create table statement (
    case_id uuid not null references case_doc,
    id uuid not null,
    party_id uuid not null,
    taken_at timestamptz not null,
    supplement_to uuid,
    is_sealed bool not null,
    text text,
    locked_at timestamptz,
    locked_hash text,
    by_user uuid,
    primary key (case_id, id),
    check (not is_sealed or text is null)
);
comment on table statement is 'Statements of parties; sealed ones without their words (D03).';
comment on column statement.case_id is 'The case.';
comment on column statement.id is 'The entry in the document.';
comment on column statement.party_id is 'Who stated.';
comment on column statement.taken_at is 'When it was taken, by the device''s clock.';
comment on column statement.supplement_to is 'The signed statement that this one supplements.';
comment on column statement.is_sealed is 'Its words are encrypted to the server and are read for a stated purpose only.';
comment on column statement.text is 'The words; null when they are sealed.';
comment on column statement.locked_at is 'Signed when, by the device''s clock; null while it is being written.';
comment on column statement.locked_hash is 'SHA-256 of what was signed, lower-case hex.';
comment on column statement.by_user is 'Who took it.';

create table mediation_session (
    case_id uuid not null references case_doc,
    id uuid not null,
    form text not null,
    started_at timestamptz not null,
    address text,
    attendees jsonb not null,
    signed_by jsonb not null,
    result text not null,
    by_user uuid,
    primary key (case_id, id)
);
comment on table mediation_session is 'Sessions of mediation and who signed their records.';
comment on column mediation_session.case_id is 'The case.';
comment on column mediation_session.id is 'The entry in the document.';
comment on column mediation_session.form is 'At the scene, in a room, online, on the bench, on circuit (R056).';
comment on column mediation_session.started_at is 'When it began, by the device''s clock.';
comment on column mediation_session.address is 'Where, in words.';
comment on column mediation_session.attendees is 'The parties who attended, by their entries.';
comment on column mediation_session.signed_by is 'The parties who signed the record, by their entries.';
comment on column mediation_session.result is 'What came of it, in words.';
comment on column mediation_session.by_user is 'Who held it.';

create table plan_step (
    case_id uuid not null references case_doc,
    id uuid not null,
    plan_id uuid not null,
    what text not null,
    owner_org text not null,
    due_on date not null,
    primary key (case_id, id)
);
comment on table plan_step is 'Steps of the plan of a case: one owner, one date (R023).';
comment on column plan_step.case_id is 'The case.';
comment on column plan_step.id is 'The step.';
comment on column plan_step.plan_id is 'The plan, by its entry in the document.';
comment on column plan_step.what is 'What is to be done.';
comment on column plan_step.owner_org is 'By which organisation, by name.';
comment on column plan_step.due_on is 'Until when, Asia/Shanghai.';

create table performance_entry (
    case_id uuid not null references case_doc,
    id uuid not null,
    obligation_id uuid not null,
    state text not null,
    claimed_at timestamptz not null,
    amount_cents bigint not null,
    means text not null,
    slip_no text,
    evidence_id uuid,
    by_user uuid,
    primary key (case_id, id)
);
comment on table performance_entry is 'The log of what was performed of an agreement, entry by entry.';
comment on column performance_entry.case_id is 'The case.';
comment on column performance_entry.id is 'The entry in the document.';
comment on column performance_entry.obligation_id is 'The clause.';
comment on column performance_entry.state is 'Performed, partly, not performed, nothing due.';
comment on column performance_entry.claimed_at is 'When, by the device''s clock.';
comment on column performance_entry.amount_cents is 'How much was paid, cents.';
comment on column performance_entry.means is 'By which means.';
comment on column performance_entry.slip_no is 'Number of the slip or transfer, by which double entries are found (M22).';
comment on column performance_entry.evidence_id is 'Evidence of it.';
comment on column performance_entry.by_user is 'Who logged it.';

create table followup_due (
    case_id uuid not null references case_doc,
    id text not null,
    n smallint not null,
    due_at timestamptz not null,
    owner_org uuid,
    done_visit uuid,
    done_at timestamptz,
    waived_at timestamptz,
    waived_by uuid,
    waived_why text,
    ended_at timestamptz,
    primary key (case_id, id)
);
comment on table followup_due is 'Visits that are due after closing or performance, and the visit that did each (R040, M14).';
comment on column followup_due.case_id is 'The case.';
comment on column followup_due.id is 'Place of its clock among the clocks of the case.';
comment on column followup_due.n is 'Number in the series; each round begins a series of its own.';
comment on column followup_due.due_at is 'Due when.';
comment on column followup_due.owner_org is 'The organisation of the visitor; null while nobody is assigned for visits.';
comment on column followup_due.done_visit is 'The visit that did it, of the present round.';
comment on column followup_due.done_at is 'Done when, by receipt.';
comment on column followup_due.waived_at is 'Waived when.';
comment on column followup_due.waived_by is 'Waived by whom.';
comment on column followup_due.waived_why is 'Waived why.';
comment on column followup_due.ended_at is 'Ended without having been done: the case was reopened or merged.';
create index followup_due_open on followup_due (due_at) where done_at is null and waived_at is null and ended_at is null;

create table supervision (
    case_id uuid not null references case_doc,
    id int not null,
    clock text not null,
    clock_starts_at timestamptz not null,
    measure text not null check (measure in ('reminder', 'order', 'consult', 'notice', 'accountability')),
    percent int not null,
    at timestamptz not null,
    state text not null check (state in ('issued', 'proposed', 'taken', 'dropped', 'answered', 'past')),
    state_at timestamptz,
    state_by uuid,
    words text,
    zh text not null,
    primary key (case_id, id)
);
comment on table supervision is 'What supervision did about clocks: the ladder from reminder to accountability (domain 3.10).';
comment on column supervision.case_id is 'The case.';
comment on column supervision.id is 'Running number within the case.';
comment on column supervision.clock is 'Which clock gave rise to it.';
comment on column supervision.clock_starts_at is 'Start of that clock.';
comment on column supervision.measure is 'The measure.';
comment on column supervision.percent is 'Share of the limit at which the rung stands, percent.';
comment on column supervision.at is 'When the clock reached the rung.';
comment on column supervision.state is 'What became of it.';
comment on column supervision.state_at is 'When it became that; null while issued or proposed.';
comment on column supervision.state_by is 'Who took, dropped or answered it.';
comment on column supervision.words is 'Why it was dropped, or what was answered.';
comment on column supervision.zh is 'A sentence for whoever is meant.';
create index supervision_open on supervision (measure, at) where state in ('issued', 'proposed', 'taken');

create table push_record (
    case_id uuid not null references case_doc,
    id text not null check (id in ('party_gov_plac', 'one_stop_centre', 'territory_dept')),
    pushed_at timestamptz not null,
    acked_at timestamptz,
    primary key (case_id, id)
);
comment on table push_record is 'The three pushes that go out with a dispatch (R107).';
comment on column push_record.case_id is 'The case.';
comment on column push_record.id is 'To whom.';
comment on column push_record.pushed_at is 'When.';
comment on column push_record.acked_at is 'Acknowledged when.';
create index push_record_open on push_record (id, pushed_at) where acked_at is null;

create table judicial_confirmation (
    case_id uuid not null references case_doc,
    id uuid not null,
    court text not null,
    asked_at timestamptz not null,
    sent_at timestamptz,
    result text check (result in ('confirmed', 'refused', 'withdrawn', 'not_accepted')),
    decided_at timestamptz,
    primary key (case_id, id),
    check ((result is null) = (decided_at is null))
);
comment on table judicial_confirmation is 'Judicial confirmation of an agreement (E32; LW13, LW14).';
comment on column judicial_confirmation.case_id is 'The case.';
comment on column judicial_confirmation.id is 'The draft whose agreement is to be confirmed.';
comment on column judicial_confirmation.court is 'The court, by name.';
comment on column judicial_confirmation.asked_at is 'Prepared with both parties when.';
comment on column judicial_confirmation.sent_at is 'Sent to the court when.';
comment on column judicial_confirmation.result is 'What the court decided.';
comment on column judicial_confirmation.decided_at is 'Decided when.';

create table dossier (
    case_id uuid not null references case_doc,
    id text not null,
    retention text not null check (retention in ('short', 'long', 'permanent')),
    filed_at timestamptz not null,
    primary key (case_id, id)
);
comment on table dossier is 'The file of an archived case (E31, R047).';
comment on column dossier.case_id is 'The case.';
comment on column dossier.id is 'Number of the file.';
comment on column dossier.retention is 'How long it is kept (D06).';
comment on column dossier.filed_at is 'Filed when.';

create table risk_score (
    case_id uuid not null references case_doc,
    id text not null check (id = 'present'),
    level text not null check (level in ('blue', 'yellow', 'red')),
    score smallint not null,
    override_level text check (override_level in ('blue', 'yellow', 'red')),
    override_by uuid,
    override_why text,
    override_since timestamptz,
    override_until timestamptz,
    primary key (case_id, id),
    check ((override_level is null) = (override_by is null))
);
comment on table risk_score is 'The colour as reckoned or as a person overrode it; its parts stand in risk_factor.';
comment on column risk_score.case_id is 'The case.';
comment on column risk_score.id is 'There is one a case: the present one.';
comment on column risk_score.level is 'The colour that holds.';
comment on column risk_score.score is 'Score, 0 to 100.';
comment on column risk_score.override_level is 'The colour that a person set (R042); null when none did.';
comment on column risk_score.override_by is 'Who set it.';
comment on column risk_score.override_why is 'Why.';
comment on column risk_score.override_since is 'Since when.';
comment on column risk_score.override_until is 'Until when; null for an override upward without end.';

create table referral (
    case_id uuid not null references case_doc,
    id uuid not null,
    event text not null,
    payload jsonb not null,
    by_user uuid not null,
    by_role text not null,
    claimed_at timestamptz,
    received_at timestamptz not null,
    primary key (case_id, id)
);
comment on table referral is 'Requests that wait for a desk: asked by somebody who may ask but not decide.';
comment on column referral.case_id is 'The case.';
comment on column referral.id is 'The request, by its entry in the document.';
comment on column referral.event is 'Event of domain 3.2, such as E33.';
comment on column referral.payload is 'The request as written.';
comment on column referral.by_user is 'Who asks.';
comment on column referral.by_role is 'In which role.';
comment on column referral.claimed_at is 'When, by the device''s clock.';
comment on column referral.received_at is 'When the server received it.';
create index referral_by_event on referral (event, received_at);

create table case_kin (
    case_id uuid not null references case_doc,
    id text not null,
    relation text not null check (relation in ('merged', 'absorbed', 'split_from', 'split_into', 'repeat')),
    other_case uuid,
    channel text,
    external_no text,
    at timestamptz,
    primary key (case_id, id),
    check ((relation = 'repeat') = (other_case is null))
);
comment on table case_kin is 'How a case stands to others and to later reports (E29, E30).';
comment on column case_kin.case_id is 'The case.';
comment on column case_kin.id is 'Relation and what it is to, such as merged:<case> or repeat:<channel>:<number>.';
comment on column case_kin.relation is 'Goes on under the other, took the other in, was a part of it, gave a part to it; or was reported again.';
comment on column case_kin.other_case is 'The other case; null for a repeat call.';
comment on column case_kin.channel is 'The channel of a repeat call.';
comment on column case_kin.external_no is 'The channel''s own number of a repeat call.';
comment on column case_kin.at is 'When a repeat call was received.';
create index case_kin_by_other on case_kin (other_case) where other_case is not null;

create table case_round (
    case_id uuid not null references case_doc,
    id int not null,
    outcome text not null,
    closed_at timestamptz not null,
    reopened_at timestamptz not null,
    agreed bool not null,
    primary key (case_id, id)
);
comment on table case_round is 'How earlier rounds of a case ended (E29).';
comment on column case_round.case_id is 'The case.';
comment on column case_round.id is 'Number of the round, from 1; the present one is case_reg.round.';
comment on column case_round.outcome is 'How it was closed.';
comment on column case_round.closed_at is 'Closed when.';
comment on column case_round.reopened_at is 'Reopened when.';
comment on column case_round.agreed is 'An agreement of that round was in force.';
