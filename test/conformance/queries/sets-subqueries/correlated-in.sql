-- @compare final
-- IN and EXISTS with outer columns anywhere in an expression
CREATE TABLE ta (id INT, v INT, s STRING) WITH ('connector'='filesystem','path'='${INPUT}/subqueries-a.csv','format'='csv','csv.null-literal'='NULL');
CREATE TABLE tb (id INT, w INT, s STRING) WITH ('connector'='filesystem','path'='${INPUT}/subqueries-b.csv','format'='csv','csv.null-literal'='NULL');
CREATE TABLE tc (id INT, u INT, q STRING) WITH ('connector'='filesystem','path'='${INPUT}/subqueries-c.csv','format'='csv','csv.null-literal'='NULL');
SELECT id, v IN (SELECT w FROM tb WHERE tb.id = ta.id) AS i FROM ta;
SELECT id, v NOT IN (SELECT w FROM tb WHERE tb.id = ta.id) AS i FROM ta;
SELECT id, v FROM ta WHERE v IN (SELECT w FROM tb WHERE tb.id = ta.id) OR v > 25;
SELECT id, v FROM ta WHERE v NOT IN (SELECT w FROM tb WHERE tb.id = ta.id) OR v > 25;
SELECT id, CASE WHEN id IN (SELECT id FROM tb WHERE tb.s = ta.s) THEN 'in' ELSE 'out' END AS c FROM ta;
SELECT id, CASE WHEN EXISTS (SELECT id FROM tb WHERE tb.s = ta.s) THEN 'in' ELSE 'out' END AS c FROM ta;
SELECT id, v FROM ta WHERE EXISTS (SELECT 1 FROM tb WHERE tb.w > ta.v) OR v > 25;
SELECT id, v FROM ta WHERE v IN (SELECT w FROM tb WHERE tb.w > ta.id) OR v > 25;
SELECT id, v FROM ta WHERE (v, s) IN (SELECT w, s FROM tb WHERE tb.id = ta.id) OR v > 25;
SELECT id FROM ta WHERE v >= ALL (SELECT w FROM tb WHERE tb.id = ta.id);
SELECT id FROM ta WHERE v > SOME (SELECT w FROM tb WHERE tb.id = ta.id AND tb.w < (SELECT MAX(u) FROM tc WHERE tc.id = ta.id));
