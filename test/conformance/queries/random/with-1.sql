-- @compare final
-- random queries, kind with
CREATE TABLE s2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s2.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE c2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c2.jsonl', 'format' = 'debezium-json');
WITH a AS (SELECT g, SUM(v) AS z FROM s2 x1 GROUP BY g) SELECT l.g, l.z, r.z AS rz FROM a l JOIN a r ON l.g = r.g AND l.z <= r.z;
WITH a AS (SELECT t, SUM(v) AS z FROM c2 x1 GROUP BY t) SELECT l.t, l.z, r.z AS rz FROM a l JOIN a r ON l.t = r.t AND l.z >= r.z;
