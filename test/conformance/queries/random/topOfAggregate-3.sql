-- random queries, kind topOfAggregate
CREATE TABLE c (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c.jsonl', 'format' = 'debezium-json');
CREATE TABLE p (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-p.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT g, n, rn FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY n, g) AS rn FROM (SELECT g, COUNT(DISTINCT v) AS n FROM c x1 WHERE v BETWEEN 1 AND 6 GROUP BY g)) WHERE rn <= 3;
SELECT t, n FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY n DESC) AS rn FROM (SELECT t, COUNT(*) AS n FROM p x1 GROUP BY t)) WHERE rn <= 3;
