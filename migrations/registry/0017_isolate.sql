-- What keeps one bad value from stopping its case: fields of the registry that could not take what the document says, and how often in
-- a row a case could not be settled.

alter table case_doc
    add column unprojected jsonb not null default '[]',
    add column failed_tries int not null default 0;
comment on column case_doc.unprojected is 'Fields of the registry that could not take what document and facts say, and hold a safe value instead (hejie_registry::case::Unprojected).';
comment on column case_doc.failed_tries is 'How often in a row the case could not be settled; it is parked before that goes on for ever.';
create index case_doc_unprojected on case_doc (case_id) where unprojected <> '[]';
