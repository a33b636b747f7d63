-- @compare final
-- random queries, kind with
CREATE TABLE p (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-p.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE c2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c2.jsonl', 'format' = 'debezium-json');
WITH a AS (SELECT t, SUM(v) AS z FROM (SELECT id, k, g, t, v, d, f, o, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id DESC) AS rn FROM p) WHERE rn <= 2) x1 GROUP BY t) SELECT l.t, l.z, r.z AS rz FROM a l LEFT JOIN a r ON l.t = r.t AND l.z <= r.z;
WITH a AS (SELECT t, SUM(v) AS z FROM c2 x1 WHERE d > 1.5 OR g = 1 GROUP BY t) SELECT l.t, l.z, r.z AS rz FROM a l JOIN a r ON l.t = r.t AND l.z >= r.z;
