-- From which states of earlier epochs the facts of a case come: of two proofs the later epoch stands, then the higher version.

alter table case_doc drop column restored_version;
alter table case_doc add restored jsonb not null default '{}';
comment on column case_doc.restored is 'For each earlier epoch, the version of its facts that came out of a backup or that a phone proved since (epoch: version); empty where nothing was set back.';
comment on column case_doc.decided_epoch is 'The latest epoch in which a desk or a phone moved the facts, or in which facts were signed that a phone proved; what time alone moved does not count.';
