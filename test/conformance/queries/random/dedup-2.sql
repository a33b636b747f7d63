-- random queries, kind dedup
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT id, k, v, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY t, k ORDER BY ts DESC) AS rn FROM s) WHERE rn = 1;
SELECT id, k, v, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY t ORDER BY ts) AS rn FROM s WHERE t > 'b') WHERE rn = 1;
