-- The step that a failing run is blamed on: errored steps, and whether one has an errored child; else steps that still run.
DROP INDEX steps_by_errored_parent;
CREATE INDEX steps_errored ON steps (run_id, parent_step_id) WHERE status = 'error';
CREATE INDEX steps_running ON steps (run_id) WHERE status = 'running';
