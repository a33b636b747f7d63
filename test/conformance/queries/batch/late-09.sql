-- batch mode: rows out of order, empty inputs, times
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE p (id INT, g STRING, n INT, ts TIMESTAMP(3), pt AS PROCTIME()) WITH ('connector'='filesystem','path'='${INPUT}/batch-late.csv','format'='csv','csv.null-literal'='NULL');
CREATE TABLE w1 (id INT, g STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector'='filesystem','path'='${INPUT}/batch-nullts.csv','format'='csv','csv.null-literal'='NULL');
SELECT id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY g ORDER BY pt) AS rn FROM p) WHERE rn = 1;
SELECT id FROM p ORDER BY pt, id;
SELECT id, ts FROM w1;
