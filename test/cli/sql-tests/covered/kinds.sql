CREATE TABLE a (
  id INT,
  k STRING,
  v INT,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts
) WITH ('connector' = 'datagen');

CREATE TABLE b (
  id INT,
  w INT,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts
) WITH ('connector' = 'datagen');

CREATE VIEW inner_join AS SELECT a.id, b.w FROM a JOIN b ON a.id = b.id;

CREATE VIEW right_join AS SELECT b.id, a.v FROM a RIGHT JOIN b ON a.id = b.id AND a.v > 0;

CREATE VIEW using_join AS SELECT id, v, w FROM a LEFT JOIN b USING (id);

CREATE VIEW cross_join AS SELECT a.id AS l, b.id AS r FROM a CROSS JOIN b;

CREATE VIEW semi AS SELECT id FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.id = a.id);

CREATE VIEW interval_join AS
SELECT a.id FROM a LEFT JOIN b ON a.id = b.id AND b.ts BETWEEN a.ts AND a.ts + INTERVAL '1' HOUR;

CREATE VIEW window_join AS
SELECT l.id
FROM (SELECT * FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '1' HOUR))) AS l
JOIN (SELECT * FROM TABLE(TUMBLE(TABLE b, DESCRIPTOR(ts), INTERVAL '1' HOUR))) AS r
  ON l.id = r.id AND l.window_start = r.window_start AND l.window_end = r.window_end;

CREATE VIEW hops AS
SELECT window_start, COUNT(*) AS n
FROM TABLE(HOP(TABLE a, DESCRIPTOR(ts), INTERVAL '30' MINUTE, INTERVAL '1' HOUR)) GROUP BY window_start, window_end;

CREATE VIEW steps AS
SELECT window_end, COUNT(*) AS n
FROM TABLE(CUMULATE(TABLE a, DESCRIPTOR(ts), INTERVAL '30' MINUTE, INTERVAL '1' HOUR))
GROUP BY window_start, window_end;

CREATE VIEW visits AS
SELECT k, window_start, COUNT(*) AS n
FROM TABLE(SESSION(TABLE a PARTITION BY k, DESCRIPTOR(ts), INTERVAL '10' MINUTE)) GROUP BY k, window_start, window_end;

CREATE VIEW top_one AS
SELECT id, k, v FROM a QUALIFY ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC) = 1;

CREATE VIEW big AS SELECT k, SUM(v) AS s FROM a GROUP BY k HAVING SUM(v) > 10 AND COUNT(*) > 1;

CREATE VIEW either AS SELECT id FROM a WHERE v > 1 UNION ALL SELECT id FROM b WHERE w > 1;

CREATE VIEW graded AS
SELECT k, SUM(CASE WHEN v > 5 THEN v ELSE 0 END) AS high, COUNT(*) FILTER (WHERE v > 5) AS n FROM a GROUP BY k;
