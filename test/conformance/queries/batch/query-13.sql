-- batch mode: queries of all kinds
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, d DOUBLE, dc DECIMAL(10,2), ts TIMESTAMP(3), s STRING, bl BOOLEAN, dt DATE, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector'='filesystem','path'='${INPUT}/batch-w.csv','format'='csv','csv.null-literal'='NULL');
SELECT TABLE1.id FROM t AS TABLE1 LIMIT 3;
VALUES (1, 'a'), (2, 'b');
SELECT a.id, b.id FROM t a JOIN t b ON a.n = b.n AND a.id < b.id;
SELECT g, SUM(n) OVER (PARTITION BY g ORDER BY ts) AS x FROM t;
