-- batch mode: rows out of order, empty inputs, times
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector'='filesystem','path'='${INPUT}/batch-late.csv','format'='csv','csv.null-literal'='NULL');
SELECT id, ts FROM t ORDER BY ts;
SELECT id, ts FROM t ORDER BY ts DESC LIMIT 2;
SELECT id, window_start FROM TABLE(SESSION(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE));
SELECT COUNT(*), SUM(n), MAX(g), AVG(n), COUNT(DISTINCT n) FROM t WHERE id > 100;
