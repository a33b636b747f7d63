-- random queries, kind top
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE c (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c.jsonl', 'format' = 'debezium-json');
SELECT id, k, v, t FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY t, k ORDER BY v NULLS FIRST) AS rn FROM s x1) WHERE rn BETWEEN 2 AND 3;
SELECT id, k, v, t FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY v DESC) AS rn FROM c x1) WHERE rn < 2;
