-- @compare final
-- Joins in bundles: the rows that are left
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE p (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-p.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE c (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c.jsonl', 'format' = 'debezium-json');
CREATE TABLE s2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s2.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE c2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c2.jsonl', 'format' = 'debezium-json');
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '7';
SELECT a.id AS i, b.id AS j, a.k AS k FROM c2 a RIGHT JOIN c b ON a.k = b.k;
SELECT a.id AS i, b.id AS j FROM c2 a RIGHT JOIN c2 b ON a.k = b.k;
SELECT a.id AS i, b.id AS j FROM c2 a LEFT JOIN c2 b ON a.k = b.k AND b.v > 1;
SELECT a.id AS i, b.id AS j FROM c2 a FULL JOIN c2 b ON a.k = b.k;
SELECT a.id AS i, b.id AS j FROM c a RIGHT JOIN c2 b ON a.id = b.id;
SELECT a.k, b.n FROM s a RIGHT JOIN (SELECT k, COUNT(*) AS n FROM p GROUP BY k) b ON a.k = b.k;
SELECT a.n, b.n FROM (SELECT k, t, COUNT(*) AS n FROM s2 GROUP BY k, t) a RIGHT JOIN (SELECT k, COUNT(*) AS n FROM p GROUP BY k) b ON a.k = b.k;
SELECT a.n, b.n FROM (SELECT k, t, COUNT(*) AS n FROM s2 GROUP BY k, t) a RIGHT JOIN (SELECT k, t, COUNT(*) AS n FROM p GROUP BY k, t) b ON a.k = b.k;
SELECT a.n, b.n FROM (SELECT k, t, COUNT(*) AS n FROM s2 GROUP BY k, t) a LEFT JOIN (SELECT k, t, COUNT(*) AS n FROM p GROUP BY k, t) b ON a.k = b.k AND a.n > b.n;
SELECT a.n, b.n FROM (SELECT k, t, COUNT(*) AS n FROM s2 GROUP BY k, t) a FULL JOIN (SELECT k, t, COUNT(*) AS n FROM c GROUP BY k, t) b ON a.k = b.k;
SELECT k, COUNT(DISTINCT v) AS d, SUM(v) AS z, COUNT(*) AS n FROM s GROUP BY k;
SELECT k, MAX(n) FROM (SELECT k, t, COUNT(*) AS n FROM s GROUP BY k, t) GROUP BY k;
