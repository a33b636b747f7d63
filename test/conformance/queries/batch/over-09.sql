-- batch mode: windows over any order
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, d DOUBLE, dc DECIMAL(10,2), ts TIMESTAMP(3), s STRING, bl BOOLEAN, dt DATE) WITH ('connector'='filesystem','path'='${INPUT}/batch-t.csv','format'='csv','csv.null-literal'='NULL');
SELECT id, SUM(n) OVER (PARTITION BY g ORDER BY id) AS a, SUM(n) OVER (PARTITION BY bl ORDER BY id) AS b, COUNT(*) OVER () AS c FROM t;
SELECT * FROM (SELECT id, g, n, RANK() OVER (PARTITION BY g ORDER BY n DESC) AS r FROM t) WHERE r <= 2;
SELECT * FROM (SELECT id, g, n, DENSE_RANK() OVER (PARTITION BY g ORDER BY n DESC) AS r FROM t) WHERE r <= 2;
SELECT * FROM (SELECT id, g, n, ROW_NUMBER() OVER (PARTITION BY g ORDER BY n DESC, id) AS r FROM t) WHERE r <= 2;
