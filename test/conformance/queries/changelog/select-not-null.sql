-- The sink that collects a SELECT's rows enforces NOT NULL as a table's sink does; an overflowing cast of a NOT NULL value is NULL.
SELECT CAST(1234 AS DECIMAL(3, 0)) AS c0;
SELECT n, CAST(n AS DECIMAL(3, 0)) AS c FROM (VALUES (12), (1234), (5)) AS t (n);
SET 'table.exec.sink.not-null-enforcer' = 'DROP';
SELECT n, CAST(n AS DECIMAL(3, 0)) AS c FROM (VALUES (12), (1234), (5)) AS t (n);
