-- What the whole life of a case needs of tables that exist: offered leads, referred requests, seals at the scene.

-- A lead to whom the case is only offered is not the lead yet; the present one answers until the offer is signed for.
drop index assignment_one_lead;
create unique index assignment_one_lead on assignment (case_id)
    where duty = 'lead' and to_at is null and signed_at is not null;

alter table assignment add column expected text not null default '';
comment on column assignment.expected is '定效: what is expected of the person';

alter table case_request drop constraint case_request_ruling_check;
alter table case_request add constraint case_request_ruling_check
    check (ruling in ('pending', 'accepted', 'referred', 'refused'));

alter table org add column carries_seal boolean not null default false;
comment on column org.carries_seal is 'Its mediators carry the committee''s seal to the scene; otherwise the judicial office records it';

alter table outbox drop constraint outbox_kind_check;
alter table outbox add constraint outbox_kind_check check (kind in ('feedback', 'police_order', 'push'));
