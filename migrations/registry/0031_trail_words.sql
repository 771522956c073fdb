-- What a desk writes with an act stands in the trail: a person was asked for it, and others look for it.

alter table case_event add column words text;
comment on column case_event.words is 'What whoever did it at a desk wrote with it; null where nothing was, or where it stands in the document.';
