-- batch mode: rows out of order, empty inputs, times
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector'='filesystem','path'='${INPUT}/batch-late.csv','format'='csv','csv.null-literal'='NULL');
CREATE TABLE u (k STRING, v INT, uts TIMESTAMP(3), WATERMARK FOR uts AS uts) WITH ('connector'='filesystem','path'='${INPUT}/batch-u.csv','format'='csv','csv.null-literal'='NULL');
SELECT L.id, R.v FROM (SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' MINUTE))) L LEFT JOIN (SELECT * FROM TABLE(TUMBLE(TABLE u, DESCRIPTOR(uts), INTERVAL '5' MINUTE))) R ON L.g = R.k AND L.window_start = R.window_start AND L.window_end = R.window_end;
SELECT id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY g ORDER BY ts) AS rn FROM t) WHERE rn = 1;
SELECT id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY g ORDER BY n) AS rn FROM t) WHERE rn > 1;
SELECT id, CAST(ts AS STRING) AS s FROM t WHERE ts > TIMESTAMP '2024-01-01 00:01:00';
