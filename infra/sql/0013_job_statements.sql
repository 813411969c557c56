-- Everything that was recorded of a job, so that a report of an earlier day sees what was said by that day.
--
-- Exceptions for squawk: the runner sets lock_timeout; the table is rebuilt from the log, so nothing is rewritten by hand.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, adding-not-nullable-field

-- JSON array of [recorded on, starts on, version]. As text: nobody looks for anything in it.
alter table employments add column statements text not null default '[]';
alter table employments alter column statements drop default;
