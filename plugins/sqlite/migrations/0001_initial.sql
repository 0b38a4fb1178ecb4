-- Runs, steps, schemas, rejections. Ids are the 16 bytes of a UUID, times are microseconds since 1970 in UTC, JSON is text as it
-- came. Payloads stand last in their rows: a query that does not want them does not read their pages.

CREATE TABLE schemas (
  name TEXT NOT NULL CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 200),
  version INTEGER NOT NULL CHECK (version BETWEEN 1 AND 2147483647),
  registered_at INTEGER,
  definition TEXT,  -- null: runs refer to this version, but nobody has registered it yet
  PRIMARY KEY (name, version),
  CHECK ((definition IS NULL) = (registered_at IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
  run_id BLOB NOT NULL PRIMARY KEY CHECK (length(run_id) = 16),
  parent_run_id BLOB CHECK (length(parent_run_id) = 16),
  pipeline TEXT CHECK (length(CAST(pipeline AS BLOB)) BETWEEN 1 AND 200),  -- null until run.started came
  -- Which facts are stored: run.started, run.ended, run.failed.
  has_started INTEGER NOT NULL CHECK (has_started IN (0, 1)),
  has_ended INTEGER NOT NULL CHECK (has_ended IN (0, 1)),
  has_failed INTEGER NOT NULL CHECK (has_failed IN (0, 1)),
  started_at INTEGER NOT NULL,  -- the earliest time known until run.started came
  ended_at INTEGER,
  last_activity_at INTEGER NOT NULL,
  timeout_us INTEGER CHECK (timeout_us > 0),
  schema_name TEXT,
  schema_version INTEGER,
  step_count INTEGER NOT NULL CHECK (step_count >= 0),
  error_count INTEGER NOT NULL CHECK (error_count >= 0),
  violation_count INTEGER NOT NULL CHECK (violation_count >= 0),
  missing_steps INTEGER,
  last_seq INTEGER CHECK (last_seq >= 0),
  error_step_id BLOB CHECK (length(error_step_id) = 16),
  error_type TEXT,
  error_message TEXT,
  outcome TEXT GENERATED ALWAYS AS (CASE WHEN has_failed THEN 'crashed' WHEN has_ended THEN 'completed' END) VIRTUAL,
  duration_us INTEGER GENERATED ALWAYS AS (max(0, ended_at - started_at)) VIRTUAL,
  error TEXT,
  lost TEXT NOT NULL,
  metadata TEXT NOT NULL,
  base_metadata TEXT,    -- without the members of run.failed, where it brought some
  failed_metadata TEXT,  -- those members
  FOREIGN KEY (schema_name, schema_version) REFERENCES schemas (name, version),
  CHECK ((schema_name IS NULL) = (schema_version IS NULL)),
  CHECK ((ended_at IS NULL) = (has_ended = 0 AND has_failed = 0)),
  CHECK (has_started OR pipeline IS NULL)
) STRICT;

-- The list of runs: by time, by pipeline, by activity; child runs; the run counts of schemas.
CREATE INDEX runs_by_start ON runs (started_at);
CREATE INDEX runs_by_pipeline ON runs (pipeline, started_at);
CREATE INDEX runs_by_activity ON runs (last_activity_at);
CREATE INDEX runs_by_parent ON runs (parent_run_id) WHERE parent_run_id IS NOT NULL;
CREATE INDEX runs_by_schema ON runs (schema_name, schema_version) WHERE schema_name IS NOT NULL;

CREATE TABLE steps (
  run_id BLOB NOT NULL REFERENCES runs (run_id) DEFERRABLE INITIALLY DEFERRED,
  step_id BLOB NOT NULL CHECK (length(step_id) = 16),
  parent_step_id BLOB CHECK (length(parent_step_id) = 16),
  seq INTEGER CHECK (seq >= 0),
  -- Which facts are stored: step.started, step.ended.
  has_started INTEGER NOT NULL CHECK (has_started IN (0, 1)),
  has_ended INTEGER NOT NULL CHECK (has_ended IN (0, 1)),
  status TEXT NOT NULL CHECK (status IN ('running', 'success', 'error')),
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  schema_checked INTEGER NOT NULL CHECK (schema_checked IN (0, 1)),
  violation_count INTEGER NOT NULL CHECK (violation_count >= 0),
  name TEXT NOT NULL CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 200),
  step_type TEXT NOT NULL CHECK (length(CAST(step_type AS BLOB)) BETWEEN 1 AND 100),
  error_type TEXT,
  error_message TEXT,
  duration_us INTEGER GENERATED ALWAYS AS (max(0, ended_at - started_at)) VIRTUAL,
  error TEXT,
  violations TEXT NOT NULL,
  reasoning TEXT NOT NULL,
  input_data TEXT NOT NULL,
  output_data TEXT NOT NULL,
  PRIMARY KEY (run_id, step_id),
  CHECK ((ended_at IS NULL) = (has_ended = 0)),
  CHECK ((status = 'running') = (has_ended = 0))
) STRICT;

-- The list of steps by time. The steps of one run are found by the primary key.
CREATE INDEX steps_by_start ON steps (started_at);

CREATE TABLE rejections (
  id INTEGER NOT NULL PRIMARY KEY,
  received_at INTEGER NOT NULL,
  code TEXT NOT NULL,
  digest BLOB NOT NULL CHECK (length(digest) = 32),  -- SHA-256 of raw: the same bytes are kept once a code
  detail TEXT NOT NULL,
  raw BLOB NOT NULL,
  UNIQUE (digest, code)
) STRICT;
