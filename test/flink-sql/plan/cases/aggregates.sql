CREATE TABLE t (id INT, name STRING, amt DECIMAL(10, 2), ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
  WITH ('connector' = 'filesystem', 'path' = 'x', 'format' = 'json');
CREATE TABLE cdc (id INT, name STRING, score INT)
  WITH ('connector' = 'filesystem', 'path' = 'x', 'format' = 'debezium-json');
EXPLAIN CHANGELOG_MODE SELECT name, COUNT(*) AS n FROM t GROUP BY name;
EXPLAIN CHANGELOG_MODE SELECT name, SUM(score) AS s FROM cdc GROUP BY name HAVING SUM(score) > 3;
EXPLAIN CHANGELOG_MODE SELECT n, COUNT(*) AS c FROM (SELECT name, COUNT(*) AS n FROM t GROUP BY name) GROUP BY n;
EXPLAIN CHANGELOG_MODE SELECT DISTINCT name FROM t;
EXPLAIN CHANGELOG_MODE SELECT COUNT(DISTINCT name) AS d, SUM(amt) FILTER (WHERE id > 1) AS s FROM t;
EXPLAIN CHANGELOG_MODE SELECT id, name, COUNT(*) AS n, GROUPING(id) AS g FROM t GROUP BY ROLLUP (id, name);
