-- batch mode: rows out of order, empty inputs, times
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector'='filesystem','path'='${INPUT}/batch-late.csv','format'='csv','csv.null-literal'='NULL');
CREATE TABLE u (k STRING, v INT, uts TIMESTAMP(3), WATERMARK FOR uts AS uts) WITH ('connector'='filesystem','path'='${INPUT}/batch-u.csv','format'='csv','csv.null-literal'='NULL');
SELECT COUNT(*) + 1 AS c FROM t WHERE id > 100;
SELECT (SELECT COUNT(*) FROM t WHERE id > 100) AS c, id FROM t WHERE id = 1;
SELECT id FROM t WHERE id > (SELECT COUNT(*) FROM u WHERE v > 100) AND id < 3;
SELECT COUNT(*) FROM t GROUP BY GROUPING SETS (()), id HAVING COUNT(*) > 100;
