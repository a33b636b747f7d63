-- batch mode: windows over any order
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, d DOUBLE, dc DECIMAL(10,2), ts TIMESTAMP(3), s STRING, bl BOOLEAN, dt DATE) WITH ('connector'='filesystem','path'='${INPUT}/batch-t.csv','format'='csv','csv.null-literal'='NULL');
SELECT id, NTH_VALUE(n, 2) OVER (ORDER BY id) FROM t;
SELECT id, NTILE(0) OVER (ORDER BY id) FROM t;
SELECT id, LEAD(n) OVER (PARTITION BY g) FROM t;
SELECT id, ROW_NUMBER() OVER () FROM t;
