-- batch mode: queries of all kinds
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, d DOUBLE, dc DECIMAL(10,2), ts TIMESTAMP(3), s STRING, bl BOOLEAN, dt DATE, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector'='filesystem','path'='${INPUT}/batch-w.csv','format'='csv','csv.null-literal'='NULL');
CREATE TABLE u (k STRING, v INT, uts TIMESTAMP(3), WATERMARK FOR uts AS uts) WITH ('connector'='filesystem','path'='${INPUT}/batch-u.csv','format'='csv','csv.null-literal'='NULL');
CREATE TABLE ver (k STRING, r INT, vts TIMESTAMP(3), PRIMARY KEY (k) NOT ENFORCED, WATERMARK FOR vts AS vts) WITH ('connector'='filesystem','path'='${INPUT}/batch-u.csv','format'='csv','csv.null-literal'='NULL');
SELECT t.id, u.v FROM t LEFT JOIN u ON t.g = u.k AND t.ts BETWEEN u.uts - INTERVAL '2' MINUTE AND u.uts + INTERVAL '2' MINUTE;
SELECT t.id, ver.r FROM t JOIN ver FOR SYSTEM_TIME AS OF t.ts ON t.g = ver.k;
SELECT t.id, u.v FROM t FULL JOIN u ON t.g = u.k;
SELECT t.id, u.v FROM t CROSS JOIN u;
