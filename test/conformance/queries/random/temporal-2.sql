-- @compare final
-- random queries, kind temporal
CREATE TABLE n1 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-n1.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE rates (k INT, rate INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-rates.jsonl', 'format' = 'debezium-json');
SELECT l.id, l.k, r.rate FROM n1 l LEFT JOIN rates FOR SYSTEM_TIME AS OF l.ts AS r ON l.k = r.k AND r.rate > 10;
SELECT l.id, l.k, r.rate FROM n1 l JOIN rates FOR SYSTEM_TIME AS OF l.ts AS r ON l.k = r.k;
