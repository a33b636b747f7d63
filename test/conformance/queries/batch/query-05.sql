-- batch mode: queries of all kinds
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, d DOUBLE, dc DECIMAL(10,2), ts TIMESTAMP(3), s STRING, bl BOOLEAN, dt DATE, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector'='filesystem','path'='${INPUT}/batch-w.csv','format'='csv','csv.null-literal'='NULL');
SELECT g, COUNT(*) AS c, SUM(n) AS s, AVG(n) AS a, MIN(n) AS mi, MAX(n) AS ma FROM t GROUP BY g;
SELECT g, bl, COUNT(*) AS c FROM t GROUP BY GROUPING SETS ((g), (bl), ());
SELECT g, COUNT(DISTINCT n) AS c FROM t GROUP BY g HAVING COUNT(*) > 1;
SELECT COUNT(*), SUM(n) FROM t WHERE id > 100;
