-- A table of changes cannot be read in batch mode, whatever else is wrong with the query.
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE p (id INT, k INT, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/topn-ranked.jsonl', 'format' = 'json');
CREATE TABLE c (id INT, k INT, v INT) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/changelog-users.jsonl', 'format' = 'debezium-json');
CREATE TABLE rates (k INT, rate INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/changelog-users.jsonl', 'format' = 'debezium-json');
SELECT * FROM c;
SELECT l.id, q.v FROM p AS l, LATERAL (SELECT v FROM c WHERE c.k = l.k ORDER BY id DESC LIMIT 2) AS q;
SELECT l.id, r.rate FROM p AS l JOIN rates FOR SYSTEM_TIME AS OF l.ts AS r ON l.k = r.k;
SELECT id FROM p WHERE v IN (SELECT v FROM c);
SELECT SUM(v) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM c;
