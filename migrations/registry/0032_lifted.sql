-- What gave an account or a role back, found by its name in the log of what was done: whether it was committed.

create index audit_log_of_lifts on audit_log (object) where action = 'lift_revoked';
comment on index audit_log_of_lifts is 'Each look at what was taken back asks for a few of them.';
