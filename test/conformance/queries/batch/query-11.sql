-- batch mode: queries of all kinds
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, d DOUBLE, dc DECIMAL(10,2), ts TIMESTAMP(3), s STRING, bl BOOLEAN, dt DATE, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector'='filesystem','path'='${INPUT}/batch-w.csv','format'='csv','csv.null-literal'='NULL');
CREATE TABLE u (k STRING, v INT, uts TIMESTAMP(3), WATERMARK FOR uts AS uts) WITH ('connector'='filesystem','path'='${INPUT}/batch-u.csv','format'='csv','csv.null-literal'='NULL');
SELECT COUNT(DISTINCT x) FROM (SELECT CURRENT_TIMESTAMP AS x FROM t);
SELECT COUNT(DISTINCT x) FROM (SELECT NOW() AS x FROM t UNION ALL SELECT NOW() FROM u);
SELECT COUNT(*) FROM t WHERE CURRENT_ROW_TIMESTAMP() >= NOW();
SELECT LISTAGG(s) FROM t GROUP BY g;
