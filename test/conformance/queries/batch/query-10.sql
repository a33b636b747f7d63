-- batch mode: queries of all kinds
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, d DOUBLE, dc DECIMAL(10,2), ts TIMESTAMP(3), s STRING, bl BOOLEAN, dt DATE, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector'='filesystem','path'='${INPUT}/batch-w.csv','format'='csv','csv.null-literal'='NULL');
SELECT id, x FROM t CROSS JOIN UNNEST(ARRAY[1, 2]) AS a(x) WHERE id < 3;
SELECT * FROM t MATCH_RECOGNIZE (PARTITION BY g ORDER BY ts MEASURES A.id AS a, LAST(B.id) AS b PATTERN (A B+) DEFINE B AS B.n >= A.n);
SELECT id, PROCTIME() IS NOT NULL AS p FROM t WHERE id = 1;
SELECT id, CURRENT_WATERMARK(ts) AS w FROM t;
