SELECT 1;
SELECT nothing FROM (VALUES (1)) AS t(a);
