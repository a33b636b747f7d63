-- random queries, kind unnest
CREATE TABLE nested (id INT, xs ARRAY<INT>, rs ARRAY<ROW<a INT, b STRING>>, m MAP<STRING, INT>) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-nested.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT x, COUNT(*) AS n, SUM(id) AS z FROM nested CROSS JOIN UNNEST(xs) AS u(x) GROUP BY x;
SELECT id, k, v FROM nested CROSS JOIN UNNEST(m) AS u(k, v);
