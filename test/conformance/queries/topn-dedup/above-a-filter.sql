-- A condition between two Top-N, or above an aggregate: what nobody reads above it is not made below.
CREATE TABLE p (id INT, k INT, g INT, t STRING, v INT) WITH ('connector' = 'filesystem', 'path' = '${INPUT}/topn-ranked.jsonl', 'format' = 'json');
CREATE VIEW last_two AS SELECT id, k, v FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id DESC) AS rn FROM p) WHERE rn <= 2;
CREATE VIEW sums AS SELECT k, v, s FROM (SELECT k, v, COUNT(*) AS c, SUM(id) AS s, MAX(id) AS m FROM p GROUP BY k, v);
SELECT id, k, v FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY id) AS rn FROM last_two WHERE v > 0) WHERE rn <= 2;
SELECT id, k FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY v ORDER BY id) AS rn FROM last_two WHERE id > 2) WHERE rn <= 2;
SELECT k, v FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v) AS rn FROM sums WHERE v > 0) WHERE rn <= 2;
SELECT k, v FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v) AS rn FROM sums WHERE s > 3) WHERE rn <= 2;
SELECT v, SUM(k) OVER (PARTITION BY v ORDER BY k) AS r FROM (SELECT k, v, s FROM sums) WHERE s > 3;
