-- @use joins.sql

-- @test lookups
-- @given names
--   | id | name |
--   | 1  | One  |
-- @given visits
--   | id | shop | visited_at       |
--   | 1  | 1    | 2026-01-01 10:00 |
--   | 2  | 2    | 2026-01-01 10:00 |
--   | 3  | 1    | 2026-01-01 10:00 |
SELECT * FROM looked_up;
-- @then
--   | id | name |
--   | 1  | One  |
--   | 2  | NULL |
--   | 3  | One  |

-- @test versions
-- @given shops
--   | id | name | changed_at       |
--   | 1  | One  | 2026-01-01 09:00 |
-- @given visits
--   | id | shop | visited_at       |
--   | 1  | 1    | 2026-01-01 10:00 |
--   | 2  | 1    | 2026-01-01 08:00 |
SELECT * FROM as_it_was;
-- @then
--   | id | name |
--   | 1  | One  |

-- @test tags
-- @given visits
--   | id | tags        |
--   | 1  | ["a", "bb"] |
--   | 2  | []          |
SELECT * FROM tagged;
-- @then
--   | id | tag |
--   | 1  | bb  |

-- @test shops that nobody knows
-- @given shops
--   | id | name |
--   | 1  | One  |
-- @given visits
--   | id | shop |
--   | 1  | 1    |
--   | 2  | 2    |
SELECT * FROM unknown_shops;
-- @then
--   | id |
--   | 2  |

-- @test both sides
-- @given shops
--   | id | name |
--   | 1  | One  |
--   | 3  | NULL |
-- @given visits
--   | id | shop |
--   | 1  | 1    |
--   | 2  | 2    |
SELECT * FROM full_names;
-- @then
--   | id   | name |
--   | 1    | One  |
--   | 2    | NULL |
--   | NULL | NULL |

-- @test windows of old
-- @given visits
--   | id | visited_at       |
--   | 1  | 2026-01-01 10:00 |
--   | 1  | 2026-01-01 12:00 |
--   | 1  | 2026-01-01 10:30 |
SELECT visits FROM old_windows;
-- @then
--   | visits |
--   | 1      |
--   | 1      |
