-- Counts of distinct values fall as well, which the planner takes for rising; rows move down within a Top-N of updates.
CREATE TABLE p (id INT, k INT, g INT, t STRING, v INT) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/topn-ranked.jsonl', 'format' = 'json');
SELECT k, n, rn FROM (
  SELECT *, ROW_NUMBER() OVER (ORDER BY n DESC, k) AS rn FROM (
    SELECT k, COUNT(DISTINCT v) AS n FROM (
      SELECT id, k, v FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id DESC) AS rn FROM p) WHERE rn <= 2
    ) GROUP BY k
  )
) WHERE rn <= 3;
SELECT k, n FROM (
  SELECT *, ROW_NUMBER() OVER (ORDER BY n DESC, k) AS rn FROM (
    SELECT k, COUNT(DISTINCT v) AS n FROM (
      SELECT id, k, v FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id DESC) AS rn FROM p) WHERE rn <= 2
    ) GROUP BY k
  )
) WHERE rn <= 2;
