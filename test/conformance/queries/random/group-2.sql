-- random queries, kind group
CREATE TABLE s2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s2.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT t, g, FIRST_VALUE(x1.t) AS a0, AVG(x1.f) AS a1, SUM(DISTINCT x1.v) AS a2 FROM s2 x1 GROUP BY t, g;
SELECT g, k, COLLECT(x1.k) AS a0, JSON_OBJECTAGG(KEY CAST(x1.id AS STRING) VALUE x1.v) AS a1, LAST_VALUE(x1.t) AS a2, MAX(x1.t) AS a3 FROM s x1 GROUP BY g, k;
