-- random queries, kind legacyWindow
CREATE TABLE s (id INT, k INT, g INT, t STRING, v INT, d DECIMAL(8, 2), f DOUBLE, o BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/random-s.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'SQL');
SELECT TUMBLE_END(ts, INTERVAL '10' SECOND) AS pEND, STDDEV_POP(v) AS a0, FIRST_VALUE(v) AS a1 FROM s GROUP BY TUMBLE(ts, INTERVAL '10' SECOND);
SELECT t, SESSION_END(ts, INTERVAL '3' SECOND) AS pEND, SESSION_START(ts, INTERVAL '3' SECOND) AS pSTART, VAR_SAMP(d) AS a0 FROM s GROUP BY t, SESSION(ts, INTERVAL '3' SECOND);
