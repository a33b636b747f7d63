-- @use nothing.sql
-- @nonsense
-- @test the same name
-- @given
SELECT 1; SELECT 2;
-- @test the same name
-- @watermark soon
-- @then rows
