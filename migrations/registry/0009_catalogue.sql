-- What the law asks of a situation, and what a county changes in the shipped tables: routes, mechanisms, framework.

alter table situation
    add column mediation text not null default 'yes' check (mediation in ('yes', 'no')),
    add column confirmation text not null default 'yes' check (confirmation in ('yes', 'no', 'conditional', 'not_applicable')),
    add column touches text[] not null default '{}';
comment on column situation.mediation is 'Whether a people''s mediation committee may mediate it.';
comment on column situation.confirmation is 'Whether a court may confirm an agreement about it (LW13, LW14).';
comment on column situation.touches is 'What the law asks beyond the ordinary: status, tenure, medical, labour, minor_likely, sealed_statements, violence_screen.';

create table county_route (
    county text not null,
    catalogue_version int not null,
    situation_code text not null,
    version int not null check (version > 0),
    lead text not null,
    co text[] not null,
    mechanism text,
    reason text not null,
    changed_by uuid not null references app_user,
    changed_at timestamptz not null,
    primary key (county, catalogue_version, situation_code),
    foreign key (catalogue_version, situation_code) references situation (version, code)
);
comment on table county_route is 'A county''s own rows of the routing table, which go before the shipped ones (R014).';
comment on column county_route.county is 'Six digits of the county.';
comment on column county_route.catalogue_version is 'Issue of the catalogue in which the code stands.';
comment on column county_route.situation_code is 'Situation.';
comment on column county_route.version is 'How often the row was changed; the shipped row is version 0.';
comment on column county_route.lead is 'Department that leads, by name.';
comment on column county_route.co is 'Departments that take part, by name.';
comment on column county_route.mechanism is 'Code of the mechanism under which they work.';
comment on column county_route.reason is 'Why it was changed.';
comment on column county_route.changed_by is 'Who changed it last.';
comment on column county_route.changed_at is 'When it was changed last.';

create table county_mechanism (
    county text not null,
    code text not null,
    version int not null check (version > 0),
    name_zh text not null,
    trigger_zh text not null,
    lead text not null,
    members text[] not null,
    days int not null check (days > 0),
    guide_zh text not null,
    is_active boolean not null,
    changed_by uuid not null references app_user,
    changed_at timestamptz not null,
    primary key (county, code)
);
comment on table county_mechanism is 'A county''s own mechanisms, and its changes to the shipped ones (R026): any number, of any name.';
comment on column county_mechanism.county is 'Six digits of the county.';
comment on column county_mechanism.code is 'Stable code, such as wages.';
comment on column county_mechanism.version is 'How often the row was changed; the shipped row is version 0.';
comment on column county_mechanism.name_zh is 'Name.';
comment on column county_mechanism.trigger_zh is 'When it begins.';
comment on column county_mechanism.lead is 'Who leads.';
comment on column county_mechanism.members is 'Who takes part, by name.';
comment on column county_mechanism.days is 'Calendar days within which it should have an outcome.';
comment on column county_mechanism.guide_zh is 'How it works.';
comment on column county_mechanism.is_active is 'False when the county does not use it.';
comment on column county_mechanism.changed_by is 'Who changed it last.';
comment on column county_mechanism.changed_at is 'When it was changed last.';

create table county_framework (
    county text not null,
    code text not null,
    version int not null check (version > 0),
    parent text,
    name_zh text not null,
    note_zh text not null,
    is_active boolean not null,
    changed_by uuid not null references app_user,
    changed_at timestamptz not null,
    primary key (county, code)
);
comment on table county_framework is 'A county''s own parts of the framework, and its changes to the shipped ones (R007).';
comment on column county_framework.county is 'Six digits of the county.';
comment on column county_framework.code is 'Stable code.';
comment on column county_framework.version is 'How often the row was changed; the shipped row is version 0.';
comment on column county_framework.parent is 'Code of the part above; null for the whole.';
comment on column county_framework.name_zh is 'Name.';
comment on column county_framework.note_zh is 'What it means in this county.';
comment on column county_framework.is_active is 'False when the county does not use it.';
comment on column county_framework.changed_by is 'Who changed it last.';
comment on column county_framework.changed_at is 'When it was changed last.';
