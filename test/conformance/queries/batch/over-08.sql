-- batch mode: windows over any order
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, d DOUBLE, dc DECIMAL(10,2), ts TIMESTAMP(3), s STRING, bl BOOLEAN, dt DATE) WITH ('connector'='filesystem','path'='${INPUT}/batch-t.csv','format'='csv','csv.null-literal'='NULL');
SELECT id, STDDEV_POP(d) OVER (PARTITION BY g) AS a, VAR_SAMP(n) OVER (PARTITION BY g) AS b FROM t;
SELECT id, COUNT(DISTINCT n) OVER (PARTITION BY g) AS a FROM t;
SELECT id, LISTAGG(s) OVER (PARTITION BY g ORDER BY id) AS a FROM t;
SELECT id, SUM(dc) OVER (PARTITION BY bl ORDER BY ts) AS a FROM t;
