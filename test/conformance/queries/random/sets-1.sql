-- random queries, kind sets
CREATE TABLE p (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-p.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE c (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c.jsonl', 'format' = 'debezium-json');
SELECT k, t, GROUPING(k) AS ga, GROUPING_ID(k, t) AS gi, COUNT(k) FILTER (WHERE k = 0) AS a0 FROM p x1 WHERE NOT (v = 5 AND k = 1) GROUP BY ROLLUP (k, t);
SELECT k, t, GROUPING(k) AS ga, GROUPING_ID(k, t) AS gi, MAX(ts) AS a0, COUNT(*) AS a1 FROM c x1 GROUP BY GROUPING SETS ((k), (t), ());
