-- batch mode: windows over any order
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, d DOUBLE, dc DECIMAL(10,2), ts TIMESTAMP(3), s STRING, bl BOOLEAN, dt DATE) WITH ('connector'='filesystem','path'='${INPUT}/batch-t.csv','format'='csv','csv.null-literal'='NULL');
SELECT id, COUNT(*) OVER (ORDER BY n RANGE BETWEEN 5 PRECEDING AND 5 FOLLOWING) AS a FROM t;
SELECT id, COUNT(*) OVER (ORDER BY d RANGE BETWEEN 1.5 PRECEDING AND CURRENT ROW) AS a FROM t;
SELECT id, COUNT(*) OVER (ORDER BY dc RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) AS a FROM t;
SELECT id, COUNT(*) OVER (ORDER BY n DESC RANGE BETWEEN 5 PRECEDING AND CURRENT ROW) AS a FROM t;
