-- @use pipeline.sql
-- @param most = 1000

-- @test orders have sizes
-- @given orders
--   | id | customer | amount | state | placed_at        |
--   | 1  | 1        | 200    | new   | 2026-01-01 10:00 |
--   | 2  | 1        | 20     | new   | 2026-01-01 10:01 |
--   | 3  | 1        | 30     | gone  | 2026-01-01 10:02 |
--   | 4  | NULL     | 30     | new   | 2026-01-01 10:03 |
--   | 5  | 2        | 0      | new   | 2026-01-01 10:04 |
--   | 6  | 2        | 2000   | gone  | 2026-01-01 10:05 |
SELECT id, kind FROM sized;
-- @then
--   | id | kind    |
--   | 1  | big new |
--   | 2  | middle  |

-- @test totals are told by customer
-- @given customers
--   | id | name |
--   | 1  | Ann  |
--   | 3  | Cid  |
-- @given orders
--   | id | customer | amount | state | placed_at        |
--   | 1  | 1        | 4      | new   | 2026-01-01 10:00 |
--   | 2  | 1        | 3      | new   | 2026-01-01 10:01 |
--   | 3  | 2        | 70     | new   | 2026-01-01 10:02 |
-- @when insert totals
-- @then
--   | name | kind | amount |
--   | Ann  | few  | 7      |
--   | NULL | many | 70     |

-- @test payments within an hour
-- @given orders
--   | id | placed_at        |
--   | 1  | 2026-01-01 10:00 |
--   | 2  | 2026-01-01 10:00 |
-- @given payments
--   | order_id | paid_at          |
--   | 1        | 2026-01-01 10:30 |
--   | 2        | 2026-01-01 11:30 |
SELECT id FROM paid;
-- @then
--   | id |
--   | 1  |

-- @test the two largest
-- @given orders
--   | id | amount |
--   | 1  | 10     |
--   | 2  | 30     |
--   | 3  | 20     |
SELECT id FROM top_orders;
-- @then
--   | id |
--   | 2  |
--   | 3  |

-- @test only known customers
-- @given customers
--   | id | name |
--   | 1  | Ann  |
-- @given orders
--   | id | customer |
--   | 1  | 1        |
--   | 2  | 2        |
SELECT id FROM known;
-- @then
--   | id |
--   | 1  |

-- @test an order that is too late is dropped
-- @given orders
--   | id | placed_at           |
--   | 1  | 2026-01-01 10:00    |
--   | 2  | 2026-01-01 11:00:05 |
--   | 3  | 2026-01-01 10:59    |
SELECT orders FROM per_hour;
-- @then
--   | orders |
--   | 1      |
--   | 1      |
-- @then late 1
