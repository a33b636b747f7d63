-- Processing time stands still until a test moves it.
CREATE TABLE t (id INT, pt AS PROCTIME()) WITH ('connector' = 'datagen');

-- @test a processing-time window closes when the clock passes its end
-- @now 2026-01-01 10:00:00
-- @given t
--   | id |
--   | 1  |
--   | 2  |
--   @now 2026-01-01 10:00:10
--   | 3  |
--   @now 2026-01-01 10:00:21
SELECT window_start, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(pt), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
-- @then ordered
--   | window_start        | n |
--   | 2026-01-01 10:00    | 2 |
--   | 2026-01-01 10:00:10 | 1 |

-- @test CURRENT_TIMESTAMP is the test's time
-- @now 2026-01-01 10:00:00
-- @given t
--   | id |
--   | 1  |
--   @now 2026-01-01 10:00:07
--   | 2  |
SELECT id, CAST(CURRENT_TIMESTAMP AS STRING) AS c FROM t;
-- @then ordered
--   | id | c                       |
--   | 1  | 2026-01-01 10:00:00.000 |
--   | 2  | 2026-01-01 10:00:07.000 |
