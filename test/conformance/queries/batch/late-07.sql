-- batch mode: rows out of order, empty inputs, times
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector'='filesystem','path'='${INPUT}/batch-late.csv','format'='csv','csv.null-literal'='NULL');
CREATE TABLE u (k STRING, v INT, uts TIMESTAMP(3), WATERMARK FOR uts AS uts) WITH ('connector'='filesystem','path'='${INPUT}/batch-u.csv','format'='csv','csv.null-literal'='NULL');
CREATE TABLE p (id INT, g STRING, n INT, ts TIMESTAMP(3), pt AS PROCTIME()) WITH ('connector'='filesystem','path'='${INPUT}/batch-late.csv','format'='csv','csv.null-literal'='NULL');
SELECT g, COUNT(*) AS c FROM (SELECT g, n, COUNT(*) AS k FROM t GROUP BY g, n) GROUP BY g;
SELECT window_start, SUM(s) AS q FROM (SELECT window_start, window_end, g, SUM(n) AS s FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end, g) GROUP BY window_start, window_end;
SELECT id, LAG(id) OVER (PARTITION BY g ORDER BY ts) AS p, LEAD(id) OVER (PARTITION BY g ORDER BY ts) AS q FROM t;
SELECT t.id, x.v FROM t LEFT JOIN LATERAL (SELECT v FROM u WHERE u.k = t.g ORDER BY v DESC LIMIT 1) AS x ON TRUE;
