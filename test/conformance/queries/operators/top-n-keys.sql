-- A Top-N keeps the keys of its input's rows, whoever reads them; projections are above it
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE c2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c2.jsonl', 'format' = 'debezium-json');
SELECT n FROM (SELECT k, COUNT(*) AS n FROM s GROUP BY k) ORDER BY n DESC LIMIT 3;
SELECT k, n FROM (SELECT k, t, COUNT(*) AS n, MAX(v) AS m FROM s GROUP BY k, t) ORDER BY n DESC, k LIMIT 4;
SELECT n + 1 AS n1, n FROM (SELECT k, t, COUNT(*) AS n FROM s GROUP BY k, t) ORDER BY n DESC LIMIT 4;
SELECT CAST(n AS INT) AS i FROM (SELECT k, COUNT(*) AS n FROM s GROUP BY k) ORDER BY i DESC LIMIT 3;
SELECT CAST(n AS STRING) AS i FROM (SELECT k, COUNT(*) AS n FROM s GROUP BY k) ORDER BY i DESC LIMIT 3;
SELECT z FROM (SELECT k, COUNT(*) AS n, SUM(v) AS z FROM s WHERE v > 0 GROUP BY k) ORDER BY z DESC LIMIT 3 OFFSET 1;
SELECT MAX(n) FROM (SELECT k, COUNT(*) AS n FROM s GROUP BY k ORDER BY n DESC LIMIT 4);
SELECT n, rn FROM (SELECT n, ROW_NUMBER() OVER (ORDER BY n DESC) AS rn FROM (SELECT k, COUNT(*) AS n, SUM(v) AS z FROM s GROUP BY k)) WHERE rn <= 2;
SELECT n FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY n DESC) AS rn FROM (SELECT k, t, COUNT(*) AS n FROM s GROUP BY k, t)) WHERE rn <= 2;
SELECT UPPER(t) AS u, id FROM c2 WHERE v > 1 ORDER BY id LIMIT 3;
SELECT v, rn FROM (SELECT v, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC) AS rn FROM c2) WHERE rn <= 2;
