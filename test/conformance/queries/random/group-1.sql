-- random queries, kind group
CREATE TABLE c2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c2.jsonl', 'format' = 'debezium-json');
CREATE TABLE c (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c.jsonl', 'format' = 'debezium-json');
SELECT t, k, COUNT(DISTINCT x1.t) AS a0, COUNT(*) AS a1, COUNT(*) AS a2, LISTAGG(x1.t) AS a3 FROM c2 x1 GROUP BY t, k;
SELECT g, MIN(x1.v) AS a0 FROM c x1 GROUP BY g;
