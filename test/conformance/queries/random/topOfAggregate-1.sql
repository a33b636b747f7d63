-- random queries, kind topOfAggregate
CREATE TABLE c (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c.jsonl', 'format' = 'debezium-json');
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT g, n FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY n) AS rn FROM (SELECT g, COUNT(DISTINCT v) AS n FROM c x1 GROUP BY g)) WHERE rn <= 2;
SELECT g, n, rn FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY n DESC, g) AS rn FROM (SELECT g, MAX(v) AS n FROM s x1 GROUP BY g)) WHERE rn <= 1;
