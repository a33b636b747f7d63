-- batch mode: queries of all kinds
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, d DOUBLE, dc DECIMAL(10,2), ts TIMESTAMP(3), s STRING, bl BOOLEAN, dt DATE, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector'='filesystem','path'='${INPUT}/batch-w.csv','format'='csv','csv.null-literal'='NULL');
SELECT STDDEV_SAMP(d), VAR_POP(n), COLLECT(n) FROM t;
SELECT FIRST_VALUE(id), LAST_VALUE(id) FROM t;
SELECT g, n, GROUPING(g), GROUPING_ID(g, n), SUM(id) FROM t GROUP BY ROLLUP (g, n);
SELECT id, ts FROM t ORDER BY ts;
