-- random queries, kind sets
CREATE TABLE c (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c.jsonl', 'format' = 'debezium-json');
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT k, g, GROUPING(k) AS ga, GROUPING_ID(k, g) AS gi, STDDEV_POP(v) AS a0 FROM c x1 GROUP BY CUBE (k, g);
SELECT k, t, GROUPING(k) AS ga, GROUPING_ID(k, t) AS gi, COUNT(DISTINCT v) AS a0, MAX(t) AS a1 FROM s x1 GROUP BY GROUPING SETS ((k), (t), ());
