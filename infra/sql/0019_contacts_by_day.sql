-- Contacts by the day they count on: a report counts those by its reference date, or takes those after it off all.
--
-- Exceptions for squawk: the runner sets lock_timeout; the read tables are disposable and small where there is work.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, require-concurrent-index-creation

create index case_timeline_contacts on case_timeline (counts_on, case_id, event)
where event in ('contact_held', 'contact_attempted');
