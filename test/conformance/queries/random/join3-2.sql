-- @compare final
-- random queries, kind join3
CREATE TABLE p (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-p.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE c (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c.jsonl', 'format' = 'debezium-json');
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE s2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s2.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE c2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c2.jsonl', 'format' = 'debezium-json');
SELECT x1.id AS i, x2.id AS j, x3.id AS l FROM p x1 JOIN p x2 ON x1.id = x2.id LEFT JOIN c x3 ON x2.id = x3.k;
SELECT x1.id AS i, x2.id AS j, x3.id AS l FROM s2 x1 LEFT JOIN s x2 ON x1.id = x2.id LEFT JOIN c2 x3 ON x2.id = x3.k;
