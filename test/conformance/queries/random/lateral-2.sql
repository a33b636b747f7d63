-- @compare final
-- random queries, kind lateral
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE p (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-p.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT x1.id, q.w FROM p x1, LATERAL (SELECT x2.v AS w FROM s x2 WHERE x2.k = x1.k ORDER BY x2.id DESC LIMIT 1) AS q;
SELECT x1.id, q.w FROM (SELECT id, k, g, t, v, d, f, o, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id DESC) AS rn FROM p) WHERE rn <= 2) x1, LATERAL (SELECT x2.v AS w FROM s x2 WHERE x2.k = x1.k ORDER BY x2.id LIMIT 2) AS q;
