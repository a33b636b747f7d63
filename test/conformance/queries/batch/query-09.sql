-- batch mode: queries of all kinds
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, d DOUBLE, dc DECIMAL(10,2), ts TIMESTAMP(3), s STRING, bl BOOLEAN, dt DATE, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector'='filesystem','path'='${INPUT}/batch-w.csv','format'='csv','csv.null-literal'='NULL');
CREATE TABLE u (k STRING, v INT, uts TIMESTAMP(3), WATERMARK FOR uts AS uts) WITH ('connector'='filesystem','path'='${INPUT}/batch-u.csv','format'='csv','csv.null-literal'='NULL');
SELECT id, (SELECT MAX(v) FROM u WHERE u.k = t.g) AS m FROM t;
SELECT id, (SELECT MAX(v) FROM u) AS m FROM t;
SELECT * FROM (SELECT g, s, n, ROW_NUMBER() OVER (PARTITION BY g ORDER BY ts DESC) AS rn FROM t) WHERE rn = 1;
SELECT id, n + 1 AS x, CASE WHEN bl THEN 'y' ELSE 'n' END AS y FROM t WHERE n > 5;
