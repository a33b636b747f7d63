CREATE TABLE visits (
  id INT,
  shop INT,
  tags ARRAY<STRING>,
  visited_at TIMESTAMP(3),
  seen AS PROCTIME(),
  WATERMARK FOR visited_at AS visited_at
) WITH ('connector' = 'datagen');

CREATE TABLE shops (
  id INT,
  name STRING,
  changed_at TIMESTAMP(3),
  PRIMARY KEY (id) NOT ENFORCED,
  WATERMARK FOR changed_at AS changed_at
) WITH ('connector' = 'upsert-kafka');

CREATE TABLE names (
  id INT,
  name STRING
) WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://localhost:5432/names', 'table-name' = 'names');

CREATE VIEW looked_up AS
SELECT v.id, s.name FROM visits AS v LEFT JOIN names FOR SYSTEM_TIME AS OF v.seen AS s ON v.shop = s.id;

CREATE VIEW as_it_was AS
SELECT v.id, s.name FROM visits AS v JOIN shops FOR SYSTEM_TIME AS OF v.visited_at AS s ON v.shop = s.id;

CREATE VIEW tagged AS
SELECT id, tag FROM visits CROSS JOIN UNNEST(tags) AS t (tag) WHERE CHAR_LENGTH(tag) > 1;

CREATE VIEW unknown_shops AS
SELECT id FROM visits WHERE NOT EXISTS (SELECT 1 FROM shops WHERE shops.id = visits.shop AND name <> 'x');

CREATE VIEW full_names AS
SELECT v.id, s.name FROM visits AS v FULL OUTER JOIN shops AS s ON v.shop = s.id;

CREATE VIEW old_windows AS
SELECT TUMBLE_START(visited_at, INTERVAL '1' HOUR) AS starts, COUNT(*) AS visits
FROM visits GROUP BY TUMBLE(visited_at, INTERVAL '1' HOUR);
