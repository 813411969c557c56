-- Which streams are grants, for whoever reminds of their dates every morning: a handful among many thousand cases.
--
-- Exceptions for squawk: the runner sets lock_timeout and runs in a transaction; the index holds one row per grant, and
-- is read from the log once.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, require-concurrent-index-creation

create index events_grants on events (stream_id) where version = 1 and type like 'grant_notice_received.%';
