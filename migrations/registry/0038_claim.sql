-- Claiming is a message and no entry of a document (docs/adr/0022-claims-are-messages.md): what became of each claim is kept, so that
-- the same claim is answered the same again.

create table case_claim (
    case_id uuid not null references case_doc,
    user_id uuid not null references app_user,
    claim_id uuid not null,
    outcome text not null check (outcome in ('won', 'taken', 'county')),
    holder text check (char_length(holder) <= 400),
    at timestamptz not null,
    primary key (case_id, user_id, claim_id),
    check ((outcome = 'taken') = (holder is not null))
);
comment on table case_claim is 'Claims that were answered for good (E04). Claims of cases that the claimer may not see leave nothing.';
comment on column case_claim.case_id is 'Which case.';
comment on column case_claim.user_id is 'Who claimed it.';
comment on column case_claim.claim_id is 'The claim, as whoever made it named it.';
comment on column case_claim.outcome is 'won: the case became the claimer''s; taken: somebody else had claimed it; county: it was given back twice.';
comment on column case_claim.holder is 'Who had it when it was taken, as the claimer was told.';
comment on column case_claim.at is 'When the server answered.';

-- What somebody may claim is asked for by every phone of whoever handles cases.
create index case_reg_claimable on case_reg (registered_at, case_id) where status = 'pending_dispatch';
