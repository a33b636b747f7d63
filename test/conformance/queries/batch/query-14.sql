-- batch mode: queries of all kinds
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, d DOUBLE, dc DECIMAL(10,2), ts TIMESTAMP(3), s STRING, bl BOOLEAN, dt DATE, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector'='filesystem','path'='${INPUT}/batch-w.csv','format'='csv','csv.null-literal'='NULL');
SELECT g, SUM(n) OVER (PARTITION BY g ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS x FROM t;
SELECT JSON_OBJECTAGG(s VALUE n) FROM t WHERE s IS NOT NULL AND id IN (1, 2);
SELECT PERCENTILE(n, 0.5) FROM t;
SELECT ARRAY_AGG(id) FROM t GROUP BY g;
