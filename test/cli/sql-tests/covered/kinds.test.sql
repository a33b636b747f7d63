-- @use kinds.sql

-- @test joins
-- @given a
--   | id | k | v | ts               |
--   | 1  | x | 5 | 2026-01-01 10:00 |
--   | 2  | x | 6 | 2026-01-01 10:00 |
-- @given b
--   | id | w | ts               |
--   | 1  | 1 | 2026-01-01 10:30 |
--   | 3  | 2 | 2026-01-01 10:30 |
--   | 4  | 3 | 2026-01-01 10:30 |
SELECT * FROM inner_join;
-- @then
--   | id | w |
--   | 1  | 1 |

-- @test right joins
-- @given a
--   | id | v |
--   | 1  | 5 |
--   | 2  | 0 |
-- @given b
--   | id |
--   | 1  |
--   | 2  |
SELECT * FROM right_join;
-- @then
--   | id | v    |
--   | 1  | 5    |
--   | 2  | NULL |

-- @test joins with USING
-- @given a
--   | id | v |
--   | 1  | 5 |
--   | 2  | 0 |
-- @given b
--   | id | w |
--   | 1  | 7 |
SELECT * FROM using_join;
-- @then
--   | id | v | w    |
--   | 1  | 5 | 7    |
--   | 2  | 0 | NULL |

-- @test every pair
-- @given a
--   | id |
--   | 1  |
--   | 2  |
-- @given b
--   | id |
--   | 3  |
SELECT * FROM cross_join;
-- @then
--   | l | r |
--   | 1 | 3 |
--   | 2 | 3 |

-- @test those that are there
-- @given a
--   | id |
--   | 1  |
--   | 2  |
-- @given b
--   | id |
--   | 1  |
SELECT * FROM semi;
-- @then
--   | id |
--   | 1  |

-- @test within an hour
-- @given a
--   | id | ts               |
--   | 1  | 2026-01-01 10:00 |
--   | 2  | 2026-01-01 10:00 |
-- @given b
--   | id | ts               |
--   | 1  | 2026-01-01 10:30 |
--   | 2  | 2026-01-01 12:30 |
SELECT * FROM interval_join;
-- @then
--   | id |
--   | 1  |
--   | 2  |

-- @test in the same window
-- @given a
--   | id | ts               |
--   | 1  | 2026-01-01 10:00 |
--   | 2  | 2026-01-01 10:00 |
-- @given b
--   | id | ts               |
--   | 1  | 2026-01-01 10:30 |
--   | 2  | 2026-01-01 11:00 |
SELECT * FROM window_join;
-- @then
--   | id |
--   | 1  |

-- @test hopping windows
-- @given a
--   | id | ts               |
--   | 1  | 2026-01-01 10:10 |
--   | 2  | 2026-01-01 10:40 |
--   | 3  | 2026-01-01 12:00 |
--   | 4  | 2026-01-01 10:45 |
SELECT * FROM hops;
-- @then
--   | window_start     | n |
--   | 2026-01-01 09:30 | 1 |
--   | 2026-01-01 10:00 | 2 |
--   | 2026-01-01 10:30 | 1 |
--   | 2026-01-01 11:30 | 1 |
--   | 2026-01-01 12:00 | 1 |
-- @then late 1

-- @test windows that grow
-- @given a
--   | id | ts               |
--   | 1  | 2026-01-01 10:10 |
--   | 2  | 2026-01-01 10:40 |
SELECT * FROM steps;
-- @then
--   | window_end       | n |
--   | 2026-01-01 10:30 | 1 |
--   | 2026-01-01 11:00 | 2 |

-- @test sessions
-- @given a
--   | k | ts               |
--   | x | 2026-01-01 10:00 |
--   | x | 2026-01-01 10:05 |
--   | x | 2026-01-01 10:20 |
SELECT k, n FROM visits;
-- @then
--   | k | n |
--   | x | 2 |
--   | x | 1 |

-- @test the largest of each
-- @given a
--   | id | k | v |
--   | 1  | x | 1 |
--   | 2  | x | 2 |
--   | 3  | y | 1 |
SELECT id FROM top_one;
-- @then
--   | id |
--   | 2  |
--   | 3  |

-- @test sums that are big
-- @given a
--   | k | v  |
--   | x | 6  |
--   | x | 7  |
--   | y | 20 |
--   | z | 1  |
SELECT * FROM big;
-- @then
--   | k | s  |
--   | x | 13 |

-- @test one or the other
-- @given a
--   | id | v |
--   | 1  | 1 |
--   | 2  | 2 |
-- @given b
--   | id | w |
--   | 3  | 3 |
SELECT * FROM either;
-- @then
--   | id |
--   | 2  |
--   | 3  |

-- @test high values
-- @given a
--   | k | v |
--   | x | 6 |
--   | x | 7 |
SELECT * FROM graded;
-- @then
--   | k | high | n |
--   | x | 13   | 2 |
