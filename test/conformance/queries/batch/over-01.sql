-- batch mode: windows over any order
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, d DOUBLE, dc DECIMAL(10,2), ts TIMESTAMP(3), s STRING, bl BOOLEAN, dt DATE) WITH ('connector'='filesystem','path'='${INPUT}/batch-t.csv','format'='csv','csv.null-literal'='NULL');
SELECT id, SUM(n) OVER () AS x FROM t;
SELECT id, SUM(n) OVER (PARTITION BY g) AS x FROM t;
SELECT id, SUM(n) OVER (PARTITION BY g ORDER BY id) AS x FROM t;
SELECT id, SUM(n) OVER (PARTITION BY g ORDER BY n) AS x FROM t;
