-- batch mode: rows out of order, empty inputs, times
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (id INT, g STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector'='filesystem','path'='${INPUT}/batch-late.csv','format'='csv','csv.null-literal'='NULL');
CREATE TABLE u (k STRING, v INT, uts TIMESTAMP(3), WATERMARK FOR uts AS uts) WITH ('connector'='filesystem','path'='${INPUT}/batch-u.csv','format'='csv','csv.null-literal'='NULL');
SELECT g, id, SUM(n) OVER (PARTITION BY g ORDER BY ts) AS x FROM t;
SELECT t.id, u.v FROM t, u WHERE t.g = u.k AND t.ts BETWEEN u.uts - INTERVAL '2' MINUTE AND u.uts + INTERVAL '2' MINUTE;
SELECT * FROM t MATCH_RECOGNIZE (ORDER BY ts MEASURES A.id AS a, LAST(B.id) AS b AFTER MATCH SKIP PAST LAST ROW PATTERN (A B) DEFINE B AS B.n >= A.n);
SELECT * FROM (SELECT window_start, window_end, id, n, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY n DESC, id) AS rn FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' MINUTE))) WHERE rn <= 2;
