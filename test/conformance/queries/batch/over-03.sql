-- batch mode: windows over any order
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, d DOUBLE, dc DECIMAL(10,2), ts TIMESTAMP(3), s STRING, bl BOOLEAN, dt DATE) WITH ('connector'='filesystem','path'='${INPUT}/batch-t.csv','format'='csv','csv.null-literal'='NULL');
SELECT id, CUME_DIST() OVER (ORDER BY n) AS x FROM t;
SELECT id, PERCENT_RANK() OVER (ORDER BY n) AS x FROM t;
SELECT id, CUME_DIST() OVER (PARTITION BY g ORDER BY n) AS x, PERCENT_RANK() OVER (PARTITION BY g ORDER BY n) AS y FROM t;
SELECT id, LEAD(n) OVER (ORDER BY id) AS a, LAG(n) OVER (ORDER BY id) AS b FROM t;
