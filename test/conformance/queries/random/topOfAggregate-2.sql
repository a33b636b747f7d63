-- random queries, kind topOfAggregate
CREATE TABLE s2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s2.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE c2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c2.jsonl', 'format' = 'debezium-json');
SELECT g, n FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY n DESC) AS rn FROM (SELECT g, MAX(v) AS n FROM s2 x1 GROUP BY g)) WHERE rn <= 2;
SELECT t, n FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY n, t) AS rn FROM (SELECT t, COUNT(DISTINCT v) AS n FROM c2 x1 GROUP BY t)) WHERE rn <= 2;
