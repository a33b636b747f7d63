-- A Top-1 without its number is taken for a deduplication that keeps the first row unless it has one descending key (Flink 2.1 and newer):
-- the node says that it only inserts, so nothing is taken back, and what reads it counts every row that was ever the best.
CREATE TABLE scores (id INT, team STRING, player STRING, pts INT, score DECIMAL(10, 2), ts TIMESTAMP(3))
  WITH ('connector'='filesystem','path'='${INPUT}/topn-dedup-scores.jsonl','format'='json');
SELECT team, player, pts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY team ORDER BY pts ASC) AS n FROM scores) WHERE n = 1;
SELECT team, player, pts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY team ORDER BY pts DESC, id DESC) AS n FROM scores) WHERE n <= 1;
SELECT team, player, pts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY team ORDER BY pts DESC) AS n FROM scores) WHERE n <= 1;
SELECT player, pts FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY pts ASC, id) AS n FROM scores) WHERE n = 1;
SELECT team, player, pts, n FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY team ORDER BY pts ASC, id) AS n FROM scores) WHERE n = 1;
SELECT team, COUNT(*) AS c, MIN(pts) AS low FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY team ORDER BY pts ASC, id) AS n FROM scores) WHERE n = 1 GROUP BY team;
SELECT player, pts FROM scores ORDER BY pts ASC, id LIMIT 1;
