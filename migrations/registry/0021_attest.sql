-- Authorship that travels: who stands behind the actors of a case, as the server attests it to phones.

create table case_actor (
    case_id uuid not null references case_doc,
    actor bytea not null check (octet_length(actor) = 16),
    role text not null,
    org_id uuid not null,
    device_id uuid not null,
    user_id uuid not null,
    first_hash bytea not null check (octet_length(first_hash) = 32),
    primary key (case_id, actor, role, org_id)
);
comment on table case_actor is 'Who wrote in a case: a row for each actor, role and organisation with an acknowledged change. Rows are added with the change and never taken away.';
comment on column case_actor.case_id is 'The case.';
comment on column case_actor.actor is 'The actor.';
comment on column case_actor.role is 'The role in which it wrote.';
comment on column case_actor.org_id is 'The organisation for which it wrote.';
comment on column case_actor.device_id is 'The phone that alone writes with this actor.';
comment on column case_actor.user_id is 'Whose phone it is.';
comment on column case_actor.first_hash is 'The first change of the row: whoever is sent it is sent the row.';

insert into case_actor (case_id, actor, role, org_id, device_id, user_id, first_hash)
select distinct on (case_id, actor, role, org_id) case_id, actor, role, org_id, device_id, user_id, hash
from case_change where device_id is not null and user_id is not null and state <> 'quarantined'
order by case_id, actor, role, org_id, position;
