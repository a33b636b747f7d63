-- batch mode: rows out of order, empty inputs, times
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector'='filesystem','path'='${INPUT}/batch-late.csv','format'='csv','csv.null-literal'='NULL');
CREATE TABLE p (id INT, g STRING, n INT, ts TIMESTAMP(3), pt AS PROCTIME()) WITH ('connector'='filesystem','path'='${INPUT}/batch-late.csv','format'='csv','csv.null-literal'='NULL');
SELECT PROCTIME() AS p FROM t WHERE id = 100;
SELECT COUNT(*) AS s FROM TABLE(TUMBLE(TABLE p, DESCRIPTOR(pt), INTERVAL '1' DAY)) GROUP BY window_start, window_end;
SELECT id FROM TABLE(TUMBLE(TABLE p, DESCRIPTOR(pt), INTERVAL '1' DAY));
SELECT COUNT(*) FROM p GROUP BY TUMBLE(pt, INTERVAL '1' DAY);
