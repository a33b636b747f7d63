-- @compare final
-- random queries, kind with
CREATE TABLE c (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c.jsonl', 'format' = 'debezium-json');
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
WITH a AS (SELECT t, SUM(v) AS z FROM c x1 GROUP BY t) SELECT l.t, l.z, r.z AS rz FROM a l LEFT JOIN a r ON l.t = r.t AND l.z >= r.z;
WITH a AS (SELECT g, SUM(v) AS z FROM s x1 GROUP BY g) SELECT l.g, l.z, r.z AS rz FROM a l JOIN a r ON l.g = r.g AND l.z <= r.z;
