-- @compare final
-- random queries, kind setOp
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE c2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c2.jsonl', 'format' = 'debezium-json');
CREATE TABLE p (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-p.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE c (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c.jsonl', 'format' = 'debezium-json');
SELECT t FROM (SELECT id, k, g, t, v, d, f, o, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id DESC) AS rn FROM s) WHERE rn <= 2) x1 WHERE t > 'b' EXCEPT ALL SELECT t FROM c2 x2 WHERE o;
SELECT g, t FROM c x1 EXCEPT ALL SELECT g, t FROM p x2 WHERE d > 1.5 OR g = 1;
