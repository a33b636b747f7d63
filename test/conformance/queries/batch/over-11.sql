-- batch mode: windows over any order
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, d DOUBLE, dc DECIMAL(10,2), ts TIMESTAMP(3), s STRING, bl BOOLEAN, dt DATE) WITH ('connector'='filesystem','path'='${INPUT}/batch-t.csv','format'='csv','csv.null-literal'='NULL');
SELECT g, n, SUM(SUM(n)) OVER (PARTITION BY g ORDER BY n) AS c FROM t GROUP BY g, n;
SELECT id, RANK() OVER (ORDER BY s) AS r FROM t ORDER BY r DESC, id LIMIT 3;
SELECT id, SUM(n) OVER (PARTITION BY g ORDER BY id RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM t;
SELECT id, FIRST_VALUE(n) IGNORE NULLS OVER (ORDER BY id) FROM t;
