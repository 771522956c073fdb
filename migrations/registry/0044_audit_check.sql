-- `hejie doctor` says when the log was checked last, and looks for it in no long log.

create index audit_log_checks on audit_log (seq) where action = 'verify_audit';
