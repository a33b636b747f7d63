-- Every kind of row and of expectation. The integration test runs them on a cluster, too.
CREATE TABLE orders (
  id INT, shop STRING, amount INT, ts TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'upsert-kafka', 'topic' = 'orders');
CREATE TABLE clicks (page STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
  WITH ('connector' = 'kafka', 'topic' = 'clicks');

-- @test rows are changed and deleted
-- @given orders
--   | id | shop | amount | ts               |
--   | 1  | Rom  | 10     | 2026-01-01 10:00 |
--   | 2  | Rom  | 20     | 2026-01-01 10:00 |
--   -U | 1 | Rom  | 10  | 2026-01-01 10:00 |
--   +U | 1 | Oslo | 15  | 2026-01-01 10:01 |
--   -D | 2 | Rom  | 20  | 2026-01-01 10:00 |
SELECT id, shop, amount FROM orders;
-- @then
--   | id | shop | amount |
--   | 1  | Oslo | 15     |
-- @then changelog
--      | id | shop | amount |
--   +I | 1  | Rom  | 10     |
--   +I | 2  | Rom  | 20     |
--   -U | 1  | Rom  | 10     |
--   +U | 1  | Oslo | 15     |
--   -D | 2  | Rom  | 20     |

-- @test sums follow them
-- @given orders
--   | id | shop | amount | ts               |
--   | 1  | Rom  | 10     | 2026-01-01 10:00 |
--   | 2  | Rom  | 20     | 2026-01-01 10:00 |
--   -U | 1 | Rom  | 10  | 2026-01-01 10:00 |
--   +U | 1 | Rom  | 15  | 2026-01-01 10:01 |
SELECT shop, SUM(amount) AS total FROM orders GROUP BY shop;
-- @then changelog
--      | shop | total |
--   +I | Rom  | 10    |
--   -U | Rom  | 10    |
--   +U | Rom  | 30    |
--   -U | Rom  | 30    |
--   +U | Rom  | 20    |
--   -U | Rom  | 20    |
--   +U | Rom  | 35    |
-- @then
--   | total |
--   | 35    |

-- @test windows close by event time, and late rows are dropped
-- @given clicks
--   | page | ts                  |
--   | a    | 2026-01-01 10:00:10 |
--   | a    | 2026-01-01 10:00:50 |
--   | b    | 2026-01-01 10:01:05 |
--   | a    | 2026-01-01 10:00:55 |
--   | b    | 2026-01-01 10:01:30 |
SELECT window_start, page, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end, page;
-- @then ordered
--   | window_start     | page | n |
--   | 2026-01-01 10:00 | a    | 2 |
--   | 2026-01-01 10:01 | b    | 2 |
-- @then late 1

-- @test a watermark that is given closes a window
-- @given clicks
--   | page | ts                  |
--   | a    | 2026-01-01 10:00:10 |
--   @watermark 2026-01-01 10:01:00
--   | a    | 2026-01-01 10:00:50 |
SELECT window_start, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
-- @then
--   | window_start     | n |
--   | 2026-01-01 10:00 | 1 |
-- @then late 1

-- @test as of a watermark a window is open, or closed
-- @given clicks
--   | page | ts                  |
--   | a    | 2026-01-01 10:00:10 |
--   | a    | 2026-01-01 10:01:10 |
SELECT window_start, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
-- @then at 2026-01-01 10:00:30
--   | window_start | n |
-- @then at 2026-01-01 10:01
--   | window_start     | n |
--   | 2026-01-01 10:00 | 1 |
-- @then
--   | window_start     | n |
--   | 2026-01-01 10:00 | 1 |
--   | 2026-01-01 10:01 | 1 |

-- @test a mistake in the query
SELECT nothing FROM clicks;
-- @then error Column 'nothing' not found in any table

-- @test a failure of the job
-- @given clicks
--   | page | ts               |
--   | a    | 2026-01-01 10:00 |
SELECT CAST(page AS INT) AS n FROM clicks;
-- @then error For input string: 'a'
