-- random queries, kind top
CREATE TABLE p (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-p.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT id, k, v, t, rn FROM (SELECT *, RANK() OVER (PARTITION BY t ORDER BY v DESC) AS rn FROM (SELECT id, k, g, t, v, d, f, o, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id DESC) AS rn FROM p) WHERE rn <= 1) x1 WHERE NOT (v = 5 AND k = 1)) WHERE rn < 3;
SELECT id, k, v, t, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY t ORDER BY id ASC NULLS LAST) AS rn FROM s x1) WHERE rn <= 4;
