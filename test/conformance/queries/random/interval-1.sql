-- @compare final
-- random queries, kind interval
CREATE TABLE n1 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-n1.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE n2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-n2.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT l.id AS i, r.id AS j FROM n1 l LEFT JOIN n2 r ON l.k = r.k AND l.ts > r.ts - INTERVAL '4' SECOND AND l.ts < r.ts + INTERVAL '4' SECOND AND l.v > r.v;
SELECT l.id AS i, r.id AS j FROM n1 l LEFT JOIN n2 r ON l.k = r.k AND l.ts = r.ts;
