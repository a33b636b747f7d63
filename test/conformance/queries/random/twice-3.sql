-- random queries, kind twice
CREATE TABLE p (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-p.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE s2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s2.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT n, COUNT(*) AS c, SUM(z) AS z FROM (SELECT g, COUNT(*) AS n, SUM(v) AS z FROM (SELECT id, k, g, t, v, d, f, o, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id DESC) AS rn FROM p) WHERE rn <= 2) x1 GROUP BY g) GROUP BY n;
SELECT n, COUNT(*) AS c, SUM(z) AS z FROM (SELECT k, COUNT(*) AS n, MAX(v) AS z FROM s2 x1 WHERE k = 2 GROUP BY k) GROUP BY n;
