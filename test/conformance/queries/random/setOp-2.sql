-- @compare final
-- random queries, kind setOp
CREATE TABLE c (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c.jsonl', 'format' = 'debezium-json');
CREATE TABLE c2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c2.jsonl', 'format' = 'debezium-json');
CREATE TABLE s2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s2.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT v FROM c2 x1 WHERE k IS NOT NULL EXCEPT SELECT v FROM c x2;
SELECT v, k FROM s2 x1 EXCEPT SELECT v, k FROM c2 x2 WHERE MOD(id, 2) = 0;
