-- The answer to a refresh can be lost on the way; the token in it is then withdrawn, which is not the same as used.

alter table refresh_token add column withdrawn_at timestamptz;
comment on column refresh_token.withdrawn_at is 'When another token took its place because it never seemed to arrive; shown after all, it ends the session';
