-- One person who was entered twice.

alter table case_party add column alias_of uuid;
comment on column case_party.alias_of is 'The entry that stands for this person, when a dispatcher ruled that two entries are one (M08). Null otherwise.';
