-- random queries, kind twice
CREATE TABLE c (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c.jsonl', 'format' = 'debezium-json');
SELECT n, COUNT(*) AS c, SUM(z) AS z FROM (SELECT g, COUNT(*) AS n, MAX(v) AS z FROM c x1 GROUP BY g) GROUP BY n;
SELECT n, COUNT(*) AS c, SUM(z) AS z FROM (SELECT g, COUNT(*) AS n, MAX(v) AS z FROM c x1 GROUP BY g) GROUP BY n;
