-- random queries, kind global
CREATE TABLE p (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-p.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT COLLECT(x1.k) AS a0 FROM p x1;
SELECT LISTAGG(x1.t) AS a0, SUM(x1.f) AS a1, MAX(x1.ts) AS a2 FROM (SELECT id, k, g, t, v, d, f, o, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id DESC) AS rn FROM p) WHERE rn <= 2) x1;
