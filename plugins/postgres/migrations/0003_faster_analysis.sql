-- The step that a failing run is blamed on: errored steps, and whether one has an errored child; else steps that still run.
DROP INDEX steps_by_errored_parent;
CREATE INDEX steps_errored ON steps (run_id, parent_step_id) WHERE status = 'error';
CREATE INDEX steps_running ON steps (run_id) WHERE status = 'running';

-- Times in buckets, for servers before PostgreSQL 14; later ones have a function of this name, which is found first.
-- `origin` is not after `source`.
DO $$
BEGIN
  IF current_setting('server_version_num')::integer < 140000 THEN
    CREATE FUNCTION date_bin(stride interval, source timestamptz, origin timestamptz) RETURNS timestamptz
      LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $bin$
        -- In whole microseconds. Days of an interval are those that a time is beyond, as date_part gave doubles then.
        SELECT source - interval '1 microsecond' * ((
            (date_part('day', source - origin)::bigint * 86400 + date_part('hour', source - origin)::bigint * 3600
              + date_part('minute', source - origin)::bigint * 60) * 1000000
            + date_part('microseconds', source - origin)::bigint)
          % (date_part('epoch', date_trunc('second', stride))::bigint * 1000000 + date_part('microseconds', stride)::bigint % 1000000))
      $bin$;
  END IF;
END
$$;
