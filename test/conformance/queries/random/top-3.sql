-- random queries, kind top
CREATE TABLE c (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-c.jsonl', 'format' = 'debezium-json');
CREATE TABLE p (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-p.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT id, k, v, t FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY id DESC NULLS LAST, v DESC NULLS LAST) AS rn FROM c x1) WHERE rn < 2;
SELECT id, k, v, t FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY g, k ORDER BY k NULLS FIRST, d NULLS LAST) AS rn FROM p x1) WHERE rn < 2;
