-- What one layer takes, every layer takes: the columns hold what the table of limits in hejie-case lets through.

alter table case_reg add column place_outside text;
comment on column case_reg.place_outside is 'Code of the region that the place of the case names, when it lies outside of the county in which the case is registered. Null otherwise.';
create index case_reg_outside on case_reg (registered_at desc) where place_outside is not null;

alter table case_reg
    add constraint case_reg_persons_limit check (persons between 0 and 10000000),
    add constraint case_reg_amount_cents_limit check (amount_cents between 0 and 100000000000000);
alter table obligation
    add constraint obligation_amount_cents_limit check (amount_cents between 0 and 100000000000000);
alter table performance_entry
    add constraint performance_entry_amount_cents_limit check (amount_cents between 0 and 100000000000000);
alter table evidence
    add constraint evidence_size_limit check (size between 0 and 1099511627776);
alter table visit drop constraint visit_satisfaction_check;
alter table visit
    add constraint visit_satisfaction_limit check (satisfaction between 1 and 5);

alter table case_doc add column longest_text int not null default 0 check (longest_text >= 0);
comment on column case_doc.longest_text is 'Characters of the longest mergeable text at heads (hejie_case::view::CaseView::longest_text): with what came since it tells the gate that no change can make a text too long.';
