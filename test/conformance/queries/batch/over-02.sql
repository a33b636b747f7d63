-- batch mode: windows over any order
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, d DOUBLE, dc DECIMAL(10,2), ts TIMESTAMP(3), s STRING, bl BOOLEAN, dt DATE) WITH ('connector'='filesystem','path'='${INPUT}/batch-t.csv','format'='csv','csv.null-literal'='NULL');
SELECT id, SUM(n) OVER (ORDER BY g DESC, id) AS x FROM t;
SELECT id, RANK() OVER (PARTITION BY g ORDER BY n) AS r, DENSE_RANK() OVER (PARTITION BY g ORDER BY n) AS dr, ROW_NUMBER() OVER (PARTITION BY g ORDER BY n, id) AS rn FROM t;
SELECT id, NTILE(3) OVER (ORDER BY id) AS x FROM t;
SELECT id, NTILE(2) OVER (PARTITION BY g ORDER BY id) AS x FROM t;
