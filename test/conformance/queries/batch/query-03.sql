-- batch mode: queries of all kinds
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, d DOUBLE, dc DECIMAL(10,2), ts TIMESTAMP(3), s STRING, bl BOOLEAN, dt DATE, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector'='filesystem','path'='${INPUT}/batch-w.csv','format'='csv','csv.null-literal'='NULL');
CREATE TABLE u (k STRING, v INT, uts TIMESTAMP(3), WATERMARK FOR uts AS uts) WITH ('connector'='filesystem','path'='${INPUT}/batch-u.csv','format'='csv','csv.null-literal'='NULL');
SELECT TUMBLE_START(ts, INTERVAL '1' MINUTE) AS a, TUMBLE_END(ts, INTERVAL '1' MINUTE) AS b, SUM(n) AS s FROM t GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE);
SELECT HOP_START(ts, INTERVAL '1' MINUTE, INTERVAL '2' MINUTE) AS a, COUNT(*) AS s FROM t GROUP BY HOP(ts, INTERVAL '1' MINUTE, INTERVAL '2' MINUTE);
SELECT SESSION_START(ts, INTERVAL '1' MINUTE) AS a, COUNT(*) AS s FROM t GROUP BY SESSION(ts, INTERVAL '1' MINUTE);
SELECT t.id, u.v FROM t, u WHERE t.g = u.k AND t.ts BETWEEN u.uts - INTERVAL '2' MINUTE AND u.uts + INTERVAL '2' MINUTE;
