-- @compare final
-- subqueries in the condition of a join
CREATE TABLE ta (id INT, v INT, s STRING) WITH ('connector'='filesystem','path'='${INPUT}/subqueries-a.csv','format'='csv','csv.null-literal'='NULL');
CREATE TABLE tb (id INT, w INT, s STRING) WITH ('connector'='filesystem','path'='${INPUT}/subqueries-b.csv','format'='csv','csv.null-literal'='NULL');
CREATE TABLE tc (id INT, u INT, q STRING) WITH ('connector'='filesystem','path'='${INPUT}/subqueries-c.csv','format'='csv','csv.null-literal'='NULL');
SELECT ta.id, tb.w FROM ta JOIN tb ON ta.id = tb.id AND EXISTS (SELECT 1 FROM tc WHERE tc.id = ta.id);
SELECT ta.id, tb.w FROM ta JOIN tb ON ta.id = tb.id AND EXISTS (SELECT 1 FROM tc WHERE tc.id = tb.id);
SELECT ta.id, tb.w FROM ta JOIN tb ON ta.id = tb.id AND EXISTS (SELECT 1 FROM tc);
SELECT ta.id, tb.w FROM ta JOIN tb ON ta.id = tb.id AND ta.id IN (SELECT id FROM tc);
SELECT ta.id, tb.w FROM ta JOIN tb ON ta.id = tb.id AND tb.id IN (SELECT id FROM tc);
SELECT ta.id, tb.w FROM ta LEFT JOIN tb ON ta.id = tb.id AND tb.id IN (SELECT id FROM tc);
SELECT ta.id, tb.w FROM ta LEFT JOIN tb ON ta.id = tb.id AND ta.id IN (SELECT id FROM tc);
SELECT ta.id, tb.w FROM ta JOIN tb ON ta.id = tb.id AND ta.id NOT IN (SELECT id FROM tc);
SELECT ta.id, tb.w FROM ta JOIN tb ON ta.id = tb.id AND tb.w > (SELECT MIN(u) FROM tc);
SELECT ta.id, tb.w FROM ta JOIN tb ON ta.id = tb.id AND tb.w > (SELECT MIN(u) FROM tc WHERE tc.id = tb.id);
SELECT ta.id, tb.w FROM ta JOIN tb ON ta.id = tb.id AND tb.w > (SELECT MIN(u) FROM tc WHERE tc.id = ta.id);
SELECT ta.id, tb.w FROM ta JOIN tb ON ta.id = tb.id AND ta.id IN (SELECT id FROM tc WHERE tc.q = ta.s);
SELECT ta.id, tb.w FROM ta JOIN tb ON EXISTS (SELECT 1 FROM tc WHERE tc.id = ta.id AND tc.u = tb.w);
SELECT ta.id, tb.w FROM ta LEFT JOIN tb ON ta.id = tb.id AND EXISTS (SELECT 1 FROM tc WHERE tc.id = ta.id);
SELECT ta.id, tb.w FROM ta LEFT JOIN tb ON ta.id = tb.id AND EXISTS (SELECT 1 FROM tc WHERE u > 1000);
SELECT ta.id, tb.w FROM ta LEFT JOIN tb ON ta.id = tb.id AND tb.w > (SELECT MIN(u) FROM tc WHERE tc.id = ta.id);
SELECT ta.id, tb.w FROM ta JOIN tb ON ta.id = tb.id AND EXISTS (SELECT 1 FROM tc WHERE tc.u > ta.v);
