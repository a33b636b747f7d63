-- batch mode: windows over any order
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, d DOUBLE, dc DECIMAL(10,2), ts TIMESTAMP(3), s STRING, bl BOOLEAN, dt DATE) WITH ('connector'='filesystem','path'='${INPUT}/batch-t.csv','format'='csv','csv.null-literal'='NULL');
SELECT id, LEAD(n, 2) OVER (PARTITION BY g ORDER BY id) AS a, LAG(n, 2, -1) OVER (PARTITION BY g ORDER BY id) AS b FROM t;
SELECT id, LEAD(s, 1, 'none') OVER (ORDER BY id DESC) AS a FROM t;
SELECT id, FIRST_VALUE(n) OVER (PARTITION BY g ORDER BY id) AS a, LAST_VALUE(n) OVER (PARTITION BY g ORDER BY id) AS b FROM t;
SELECT id, LAST_VALUE(n) OVER (PARTITION BY g ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS b FROM t;
