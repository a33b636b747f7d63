-- random queries, kind windowAgg
CREATE TABLE s2 (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s2.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT k, window_start, window_end, JSON_OBJECTAGG(KEY CAST(id AS STRING) VALUE v) AS a0 FROM TABLE(SESSION(TABLE s2 PARTITION BY k, DESCRIPTOR(ts), INTERVAL '3' SECOND)) GROUP BY k, window_start, window_end;
SELECT k, window_start, window_end, COUNT(DISTINCT k) AS a0, COUNT(*) AS a1 FROM TABLE(TUMBLE(TABLE s, DESCRIPTOR(ts), INTERVAL '7' SECOND)) GROUP BY k, window_start, window_end;
