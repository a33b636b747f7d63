-- Tests of pipeline.sql. Run them with: millrace test examples/tests
-- @use pipeline.sql

-- @test clicks are counted by minute and user
-- @given clicks
--   | user_name | url   | clicked_at          |
--   | ann       | /home | 2026-01-01 10:00:01 |
--   | bob       | /home | 2026-01-01 10:00:30 |
--   | ann       | /cart | 2026-01-01 10:00:59 |
--   | ann       | /home | 2026-01-01 10:01:00 |
SELECT * FROM clicks_per_minute;
-- @then
--   | window_start     | user_name | clicks |
--   | 2026-01-01 10:00 | ann       | 2      |
--   | 2026-01-01 10:00 | bob       | 1      |
--   | 2026-01-01 10:01 | ann       | 1      |

-- @test a click that is later than five seconds is dropped
-- @given clicks
--   | user_name | url   | clicked_at          |
--   | ann       | /home | 2026-01-01 10:00:58 |
--   | ann       | /home | 2026-01-01 10:01:04 |
--   | ann       | /late | 2026-01-01 10:00:59 |
--   | ann       | /home | 2026-01-01 10:01:05 |
--   | ann       | /lost | 2026-01-01 10:00:59 |
SELECT window_start, clicks FROM clicks_per_minute;
-- @then
--   | window_start     | clicks |
--   | 2026-01-01 10:00 | 2      |
--   | 2026-01-01 10:01 | 2      |
-- @then late 1

-- @test a window is told when the watermark passes its end
-- @given clicks
--   | user_name | url   | clicked_at          |
--   | ann       | /home | 2026-01-01 10:00:01 |
--   | ann       | /home | 2026-01-01 10:01:01 |
SELECT window_start, clicks FROM clicks_per_minute;
-- @then at 2026-01-01 10:00:59
--   | window_start | clicks |
-- @then at 2026-01-01 10:01
--   | window_start     | clicks |
--   | 2026-01-01 10:00 | 1      |

-- @test a user who moves takes the clicks along
-- @given users
--   | user_name | country |
--   | ann       | DE      |
-- @given clicks
--   | user_name | url   | clicked_at          |
--   | ann       | /home | 2026-01-01 10:00:01 |
--   @watermark 2026-01-01 10:01:00
-- @given users
--   | user_name | country |
--   -U | ann    | DE      |
--   +U | ann    | FR      |
-- @when insert clicks_per_country
-- @then
--   | window_start     | country | clicks |
--   | 2026-01-01 10:00 | FR      | 1      |

-- @test a path is no number
-- @given clicks
--   | user_name | url   | clicked_at          |
--   | ann       | /home | 2026-01-01 10:00:01 |
SELECT CAST(url AS INT) FROM clicks;
-- @then error For input string: '/home'
