-- @compare final
-- random queries, kind join
CREATE TABLE s2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s2.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT x1.id AS i, x2.id AS j, x1.k AS k, x2.v AS v FROM s2 x1 RIGHT JOIN s2 x2 ON x1.k = x2.g AND x1.o;
SELECT x1.id AS i, x2.id AS j, x1.k AS k, x2.v AS v FROM s x1 JOIN s x2 ON x1.k = x2.k AND x1.v > x2.v WHERE x1.o;
