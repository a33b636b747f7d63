-- @param limit = 2
SET 'table.local-time-zone' = 'Europe/Berlin';
CREATE TABLE orders (
  id BIGINT, item STRING, price DECIMAL(10, 2), tags ARRAY<STRING>, ts TIMESTAMP_LTZ(3), ok BOOLEAN,
  offset_of BIGINT METADATA FROM 'offset' VIRTUAL, pt AS PROCTIME(), WATERMARK FOR ts AS ts
) WITH ('connector' = 'kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = 'nowhere:1', 'format' = 'json');
CREATE TABLE items (item STRING, label STRING, PRIMARY KEY (item) NOT ENFORCED)
  WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://nowhere/db', 'table-name' = 'items');
CREATE TABLE totals (item STRING, total DECIMAL(38, 2)) WITH ('connector' = 'print');

-- @test text with spaces, pipes and quotes
-- @given orders
--   | id | item     | price | tags       | ts                  | ok   | offset_of |
--   | 1  | 'a|b '   | 1.5   | ["x", "y"] | 2026-07-01 12:00:00 | true | 7         |
--   | 2  | ''       | NULL  | NULL       | 2026-07-01 12:00:01 | NULL | 8         |
--   | 3  | NULL     | 2     | []         | 2026-07-01 12:00:02 | false| 9         |
SELECT id, item, CHAR_LENGTH(item) AS n, price, tags, CAST(ts AS STRING) AS ts, ok, offset_of FROM orders;
-- @then ordered
--   | id | item   | n    | price | tags   | ts                      | ok    | offset_of |
--   | 1  | 'a|b ' | 4    | 1.50  | [x, y] | 2026-07-01 12:00:00.000 | TRUE  | 7         |
--   | 2  | ''     | 0    | NULL  | NULL   | 2026-07-01 12:00:01.000 | NULL  | 8         |
--   | 3  | NULL   | NULL | 2.00  | []     | 2026-07-01 12:00:02.000 | FALSE | 9         |

-- @test a lookup finds what a table has at the moment
-- @given items
--   | item | label |
--   | a    | old   |
-- @given orders
--   | id | item | ts               |
--   | 1  | a    | 2026-07-01 12:00 |
-- @given items
--   | item    | label |
--   -U | a    | old   |
--   +U | a    | new   |
-- @given orders
--   | id | item | ts               |
--   | 2  | a    | 2026-07-01 12:01 |
--   | 3  | b    | 2026-07-01 12:02 |
SELECT o.id, i.label FROM orders AS o LEFT JOIN items FOR SYSTEM_TIME AS OF o.pt AS i ON o.item = i.item;
-- @then
--   | id | label |
--   | 1  | old   |
--   | 2  | new   |
--   | 3  | NULL  |

-- @test every change, with parameters
-- @param item = a
-- @given orders
--   | id | item    | price | ts               |
--   | 1  | ${item} | 1     | 2026-07-01 12:00 |
--   | 2  | ${item} | 2     | 2026-07-01 12:01 |
SELECT item, SUM(price) AS total FROM orders WHERE id <= ${limit} GROUP BY item;
-- @then changelog
--      | item | total |
--   +I | a    | 1     |
--   -U | a    | 1     |
--   +U | a    | 3     |
-- @then
--   | total |
--   | 3.00  |

-- @test rows of files
-- @given orders from rows.jsonl
-- @given items from rows.csv
SELECT o.id, i.label FROM orders AS o JOIN items AS i ON o.item = i.item;
-- @then
--   | id | label  |
--   | 1  | a, one |

-- @test a runtime failure is expected
-- @given orders
--   | id | item | ts               |
--   | 1  | x    | 2026-07-01 12:00 |
SELECT CAST(item AS INT) FROM orders;
-- @then error For input string: 'x'
