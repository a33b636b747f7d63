-- random queries, kind over
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT id, STDDEV_POP(v) OVER w AS o0, AVG(d) OVER w AS o1 FROM s WHERE NOT (v = 5 AND k = 1) WINDOW w AS (PARTITION BY t ORDER BY ts);
SELECT id, SUM(v) OVER w AS o0, LAG(v) OVER w AS r FROM s WINDOW w AS (PARTITION BY t ORDER BY ts);
