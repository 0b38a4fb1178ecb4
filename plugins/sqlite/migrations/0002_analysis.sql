-- Indexes of the questions over many rows.

-- Steps by time with what latency groups, counts and measures: such questions do not read the rows, whose payloads make them
-- large. The run stands in it for the filters and groups of runs.
DROP INDEX steps_by_start;
CREATE INDEX steps_by_start ON steps (started_at, step_type, name, status, ended_at, run_id);

-- Whether an errored step has an errored child.
CREATE INDEX steps_by_errored_parent ON steps (run_id, parent_step_id) WHERE status = 'error' AND parent_step_id IS NOT NULL;

-- Runs that failed or may still: crashed ones and those that have not ended.
CREATE INDEX runs_not_completed ON runs (started_at) WHERE outcome IS NULL OR outcome = 'crashed';
