-- Whether an incident is answered is asked of the messages under its number (R052, R101).
create index outbox_by_number on outbox (channel, external_no) where kind = 'feedback';
