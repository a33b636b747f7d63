-- random queries, kind match
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT * FROM s MATCH_RECOGNIZE (PARTITION BY k ORDER BY ts MEASURES A.id AS a, LAST(B.v) AS b ONE ROW PER MATCH AFTER MATCH SKIP TO FIRST B PATTERN (A B+) WITHIN INTERVAL '10' SECOND DEFINE A AS A.v > 1, B AS B.v > LAST(A.v, 0));
SELECT * FROM s MATCH_RECOGNIZE (ORDER BY ts MEASURES A.id AS a, LAST(B.v) AS b ONE ROW PER MATCH AFTER MATCH SKIP TO FIRST B PATTERN (A B) DEFINE A AS A.t <> 'a', B AS B.v < 6);
