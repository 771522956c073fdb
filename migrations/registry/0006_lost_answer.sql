-- The answer to a refresh can be lost on the way: another token is issued beside the one in it. Once either is used, the other is withdrawn.

alter table refresh_token add column withdrawn_at timestamptz;
comment on column refresh_token.withdrawn_at is 'When another token that was issued beside it, since its own answer seemed lost, was used; shown after all, it ends the session';
