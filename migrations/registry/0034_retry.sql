-- A case whose job hangs or kills its worker is tried again after ever longer pauses, so that it does not hold up the others.

alter table case_doc add column retry_at timestamptz;
comment on column case_doc.retry_at is 'Before this nothing settles the case by itself: its last try hung or killed a worker. Null where no try is put off; one that is parked and has none waits for somebody.';
