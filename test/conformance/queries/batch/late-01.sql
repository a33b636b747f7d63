-- batch mode: rows out of order, empty inputs, times
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector'='filesystem','path'='${INPUT}/batch-late.csv','format'='csv','csv.null-literal'='NULL');
SELECT window_start, window_end, SUM(n) AS s FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
SELECT TUMBLE_START(ts, INTERVAL '1' MINUTE) AS a, SUM(n) AS s FROM t GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE);
SELECT TUMBLE_ROWTIME(ts, INTERVAL '1' MINUTE) AS a, SUM(n) AS s FROM t GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE);
SELECT TUMBLE_PROCTIME(ts, INTERVAL '1' MINUTE) IS NULL AS a, SUM(n) AS s FROM t GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE);
