-- Runs on sealed reports: verifying, publishing, what has changed since, and counting under other values of rules.
--
-- Exceptions for squawk: the runner sets lock_timeout; the table has a few hundred rows at most, checked in a moment.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, constraint-missing-not-valid

alter table report_runs
    -- The seal that the run is about; null for a run that counts or seals a report.
    add column seal_id uuid,
    drop constraint report_runs_kind_check,
    add constraint report_runs_kind_check check (
        kind in ('report', 'seal', 'verification', 'publication', 'delta', 'counterfactual')
    ),
    add constraint report_runs_about check ((seal_id is null) = (kind in ('report', 'seal')));
