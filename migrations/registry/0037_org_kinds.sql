-- Mediation is done by more bodies than committees: those of a trade, studios, and third bodies (R046, R060).

alter table org drop constraint org_kind_check;
alter table org add constraint org_kind_check check (kind in (
    'county', 'centre', 'station', 'committee', 'professional', 'studio', 'third_party',
    'judicial_office', 'department', 'grid', 'court', 'desk'
));
