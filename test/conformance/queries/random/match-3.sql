-- random queries, kind match
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE c (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c.jsonl', 'format' = 'debezium-json');
SELECT * FROM s MATCH_RECOGNIZE (ORDER BY ts MEASURES A.id AS a, LAST(B.v) AS b, C.id AS e ONE ROW PER MATCH AFTER MATCH SKIP TO NEXT ROW PATTERN (A B* C) WITHIN INTERVAL '10' SECOND DEFINE A AS A.v IS NOT NULL, B AS B.v > LAST(A.v, 0), C AS C.v < 5);
SELECT * FROM s MATCH_RECOGNIZE (ORDER BY ts MEASURES A.id AS a, LAST(B.v) AS b ONE ROW PER MATCH AFTER MATCH SKIP PAST LAST ROW PATTERN (A B+) DEFINE A AS A.v > 1, B AS B.v > 2);
