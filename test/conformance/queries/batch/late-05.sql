-- batch mode: rows out of order, empty inputs, times
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector'='filesystem','path'='${INPUT}/batch-late.csv','format'='csv','csv.null-literal'='NULL');
SELECT SUM(n) FROM t WHERE id > 100 HAVING COUNT(*) = 0;
SELECT g, COUNT(*) FROM t WHERE id > 100 GROUP BY ROLLUP (g);
SELECT g, COUNT(*) FROM t GROUP BY CUBE (g);
SELECT HOP_END(ts, INTERVAL '1' MINUTE, INTERVAL '2' MINUTE) AS a, g, COUNT(*) AS s FROM t GROUP BY HOP(ts, INTERVAL '1' MINUTE, INTERVAL '2' MINUTE), g;
