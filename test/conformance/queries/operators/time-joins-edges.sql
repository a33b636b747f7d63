-- @compare final
-- Intervals before, behind and empty; versions made by a deduplication
CREATE TABLE n1 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-n1.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE n2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-n2.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE VIEW vk AS SELECT id, k, g, v, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts DESC) AS rn FROM n2) WHERE rn = 1;
CREATE VIEW vkg AS SELECT id, k, g, v, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k, g ORDER BY ts DESC) AS rn FROM n2) WHERE rn = 1;
SELECT l.id, r.id AS j, r.v FROM n1 l LEFT JOIN vk FOR SYSTEM_TIME AS OF l.ts AS r ON l.k = r.k AND l.v < r.v;
SELECT l.id, r.id AS j, r.v FROM n1 l JOIN vkg FOR SYSTEM_TIME AS OF l.ts AS r ON l.k = r.k AND l.g = r.g WHERE l.v > 1;
SELECT l.id AS i, r.id AS j FROM n1 l LEFT JOIN n2 r ON l.k = r.k AND l.ts BETWEEN r.ts - INTERVAL '9' SECOND AND r.ts - INTERVAL '4' SECOND;
SELECT l.id AS i, r.id AS j FROM n1 l FULL JOIN n2 r ON l.k = r.k AND l.ts BETWEEN r.ts + INTERVAL '2' SECOND AND r.ts + INTERVAL '5' SECOND;
SELECT l.id AS i, r.id AS j FROM n1 l FULL JOIN n2 r ON l.k = r.k AND l.ts >= r.ts + INTERVAL '6' SECOND AND l.ts <= r.ts + INTERVAL '2' SECOND;
SELECT l.id AS i, r.id AS j FROM n1 l JOIN n2 r ON l.ts = r.ts + INTERVAL '3' SECOND;
SELECT l.id, l.k FROM n1 l WHERE EXISTS (SELECT 1 FROM n2 r WHERE l.k = r.k AND r.ts >= l.ts AND r.ts < l.ts + INTERVAL '4' SECOND);
