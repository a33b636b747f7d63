-- random queries, kind over
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT id, STDDEV_POP(v) OVER w AS o0 FROM s WINDOW w AS (PARTITION BY t ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW);
SELECT id, STDDEV_POP(v) OVER w AS o0, COUNT(DISTINCT k) OVER w AS o1, SUM(v) OVER w AS o2 FROM s WINDOW w AS (PARTITION BY t ORDER BY ts RANGE BETWEEN INTERVAL '5' SECOND PRECEDING AND CURRENT ROW);
