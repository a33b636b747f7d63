-- batch mode: queries of all kinds
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, d DOUBLE, dc DECIMAL(10,2), ts TIMESTAMP(3), s STRING, bl BOOLEAN, dt DATE, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector'='filesystem','path'='${INPUT}/batch-w.csv','format'='csv','csv.null-literal'='NULL');
CREATE TABLE u (k STRING, v INT, uts TIMESTAMP(3), WATERMARK FOR uts AS uts) WITH ('connector'='filesystem','path'='${INPUT}/batch-u.csv','format'='csv','csv.null-literal'='NULL');
SELECT id FROM t ORDER BY s NULLS FIRST, id;
SELECT g FROM t UNION SELECT k FROM u;
SELECT g FROM t INTERSECT SELECT k FROM u;
SELECT g FROM t EXCEPT SELECT k FROM u;
