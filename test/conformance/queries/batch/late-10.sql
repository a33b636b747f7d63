-- batch mode: rows out of order, empty inputs, times
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE w1 (id INT, g STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector'='filesystem','path'='${INPUT}/batch-nullts.csv','format'='csv','csv.null-literal'='NULL');
SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE w1, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
SELECT COUNT(*) FROM w1 GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE);
SELECT id, COUNT(*) OVER (ORDER BY ts) FROM w1;
