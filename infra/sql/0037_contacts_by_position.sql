-- Contacts as they were known before: the index by day keeps the position, too, so that those recorded since a position
-- are counted without a look into the table.
--
-- Exceptions for squawk: the runner sets lock_timeout; the read tables are disposable and small where there is work.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, require-concurrent-index-creation
-- squawk-ignore-file require-concurrent-index-deletion

drop index case_timeline_contacts;

create index case_timeline_contacts on case_timeline (counts_on, case_id, event) include (position)
where event in ('contact_held', 'contact_attempted');
