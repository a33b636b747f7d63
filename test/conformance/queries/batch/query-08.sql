-- batch mode: queries of all kinds
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, d DOUBLE, dc DECIMAL(10,2), ts TIMESTAMP(3), s STRING, bl BOOLEAN, dt DATE, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector'='filesystem','path'='${INPUT}/batch-w.csv','format'='csv','csv.null-literal'='NULL');
CREATE TABLE u (k STRING, v INT, uts TIMESTAMP(3), WATERMARK FOR uts AS uts) WITH ('connector'='filesystem','path'='${INPUT}/batch-u.csv','format'='csv','csv.null-literal'='NULL');
SELECT g FROM t EXCEPT ALL SELECT k FROM u;
SELECT id FROM t WHERE g IN (SELECT k FROM u WHERE v > 1);
SELECT id FROM t WHERE g NOT IN (SELECT k FROM u WHERE v > 1 AND k IS NOT NULL);
SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.k = t.g AND u.v > t.id);
