-- @compare final
-- random queries, kind semi
CREATE TABLE p (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-p.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT x1.id, x1.k, x1.v FROM p x1 WHERE x1.k IN (SELECT k FROM (SELECT id, k, g, t, v, d, f, o, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id DESC) AS rn FROM p) WHERE rn <= 2) x2) OR x1.v > 5;
SELECT x1.id, x1.k, x1.v FROM (SELECT id, k, g, t, v, d, f, o, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id DESC) AS rn FROM p) WHERE rn <= 2) x1 WHERE x1.v = (SELECT MAX(v) FROM p x2 WHERE x2.k = x1.k);
