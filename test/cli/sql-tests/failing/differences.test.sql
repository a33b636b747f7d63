CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'datagen');
CREATE TABLE u (k STRING) WITH ('connector' = 'datagen');

-- @test rows are missing and others came
-- @given t
--   | k | v |
--   | a | 1 |
--   | b | 2 |
--   | b | 2 |
SELECT k, v FROM t;
-- @then
--   | k | v  |
--   | a | 1  |
--   | b | 2  |
--   | c | 30 |

-- @test changes in another order
-- @given t
--   | k | v |
--   | a | 1 |
--   | a | 2 |
SELECT k, SUM(v) AS s FROM t GROUP BY k;
-- @then changelog
--      | k | s |
--   +I | a | 1 |
--   +U | a | 3 |

-- @test a column that is not there
SELECT 1 AS a;
-- @then
--   | b |
--   | 1 |

-- @test an error that did not come
SELECT 1 AS a;
-- @then error division by zero

-- @test another error
SELECT nothing FROM t;
-- @then error Column 'none' not found

-- @test an error that nobody expects is placed
SELECT k,
       nothing
FROM t;
-- @then
--   | k |

-- @test a table that the test does not give
-- @given t
--   | k | v |
--   | a | 1 |
SELECT t.k FROM t JOIN u ON t.k = u.k;
-- @then
--   | k |

-- @test a column that the table does not have
-- @given t
--   | k | w |
--   | a | 1 |
SELECT k FROM t;
-- @then
--   | k |

-- @test a value that is none
-- @given t
--   | k | v |
--   | a | x |
SELECT k, v FROM t;
-- @then
--   | k |

-- @test a watermark without a definition
-- @given t
--   | k | v |
--   @watermark 2026-01-01 00:00:00
SELECT k FROM t;
-- @then
--   | k |
