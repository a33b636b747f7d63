-- What a Top-N, a window or UNNEST above a Top-N or an aggregate reads of it
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT id, k, v, t FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY k ASC) AS rn FROM (SELECT id, k, g, t, v, d, f, o, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id DESC) AS rn FROM s) WHERE rn <= 2) x1) WHERE rn <= 2;
SELECT id, k, v, t FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k, g ORDER BY id DESC, t) AS rn FROM (SELECT id, k, g, t, v, d, f, o, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id DESC) AS rn FROM s) WHERE rn <= 2) x1) WHERE rn < 3;
SELECT n, rn FROM (SELECT n, ROW_NUMBER() OVER (ORDER BY n DESC) AS rn FROM (SELECT k, n FROM (SELECT k, COUNT(*) AS n, SUM(v) AS z FROM s GROUP BY k))) WHERE rn <= 2;
SELECT k, n, ROW_NUMBER() OVER (ORDER BY n) AS r FROM (SELECT k, n FROM (SELECT k, COUNT(*) AS n, MAX(v) AS m FROM s GROUP BY k));
SELECT k, n, ROW_NUMBER() OVER (ORDER BY n) AS r FROM (SELECT n, k FROM (SELECT k, COUNT(*) AS n, MAX(v) AS m FROM s GROUP BY k) WHERE n > 1);
SELECT id, v FROM (SELECT id, k, v, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id DESC) AS rn FROM s) WHERE rn <= 2 ORDER BY v, id LIMIT 3;
SELECT COUNT(*) FROM (SELECT id, v FROM (SELECT id, k, v, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id DESC) AS rn FROM s) WHERE rn <= 2);
SELECT SUM(v) FROM (SELECT id, v FROM (SELECT id, k, v, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id DESC) AS rn FROM s) WHERE rn <= 2);
SELECT id, v, ROW_NUMBER() OVER (ORDER BY v) AS r FROM (SELECT id, k, v, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id DESC) AS rn FROM s) WHERE rn <= 2;
SELECT g, x FROM (SELECT g, xs FROM (SELECT g, COLLECT(v) AS xs, COUNT(*) AS n FROM s GROUP BY g)) CROSS JOIN UNNEST(xs) AS u(x);
