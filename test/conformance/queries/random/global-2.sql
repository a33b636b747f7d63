-- random queries, kind global
CREATE TABLE c2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c2.jsonl', 'format' = 'debezium-json');
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT COUNT(x1.v) AS a0 FROM c2 x1;
SELECT LISTAGG(x1.t) AS a0, SUM(DISTINCT x1.v) AS a1, COLLECT(x1.k) AS a2, AVG(x1.v) AS a3 FROM s x1;
