-- A consent counts no more after the extension that was granted on it (E33), as one of an earlier round.

comment on column consent_event.is_spent is 'Counts no more: of an earlier round (E29), or used by an extension that was granted on it (E33).';
comment on column signature.medium is 'Paper, screen, electronic, fingerprint, or only spoken.';
