-- @setup
CREATE TABLE orders (order_id BIGINT, user_id INT, product STRING, amount DECIMAL(10,2), qty INT, order_time TIMESTAMP(3), WATERMARK FOR order_time AS order_time - INTERVAL '5' SECOND) WITH ('connector'='datagen','number-of-rows'='5');
CREATE TABLE users (user_id INT, name STRING, tags ARRAY<STRING>, props MAP<STRING,INT>, addr ROW<city STRING, zip INT>, PRIMARY KEY (user_id) NOT ENFORCED) WITH ('connector'='datagen','number-of-rows'='5');
CREATE TABLE pay (order_id BIGINT, user_id INT, paid DECIMAL(10,2), pay_time TIMESTAMP(3), WATERMARK FOR pay_time AS pay_time) WITH ('connector'='datagen','number-of-rows'='5');
CREATE VIEW v1 AS SELECT * FROM orders NATURAL JOIN users;
CREATE VIEW v2 AS SELECT * FROM orders JOIN users USING (user_id);
CREATE VIEW v3 AS SELECT user_id, name FROM orders JOIN users USING (user_id);
CREATE VIEW v4 AS SELECT o.user_id, name FROM orders AS o LEFT JOIN users AS u USING (user_id);
CREATE VIEW v5 AS SELECT user_id FROM orders FULL JOIN users USING (user_id);
CREATE VIEW v6 AS SELECT * FROM orders NATURAL JOIN pay NATURAL JOIN users;
CREATE VIEW v8 AS SELECT * FROM orders AS a NATURAL JOIN orders AS b;
CREATE VIEW v9 AS SELECT * FROM orders MATCH_RECOGNIZE (PARTITION BY user_id ORDER BY order_time MEASURES A.qty AS aq, LAST(B.qty) AS bq, SUM(B.amount) AS s ONE ROW PER MATCH AFTER MATCH SKIP PAST LAST ROW PATTERN (A B+ C?) DEFINE B AS B.qty > A.qty, C AS C.qty < LAST(B.qty, 1)) AS m;
CREATE VIEW v10 AS SELECT m.aq FROM orders MATCH_RECOGNIZE (ORDER BY order_time MEASURES FIRST(A.qty) AS aq, MATCH_ROWTIME() AS mt AFTER MATCH SKIP TO NEXT ROW PATTERN (A{2,3} B*? ) WITHIN INTERVAL '1' HOUR DEFINE A AS A.qty > 1, B AS B.qty < AVG(A.qty)) AS m WHERE m.aq > 2;
CREATE VIEW v11 AS SELECT * FROM (SELECT * FROM orders) MATCH_RECOGNIZE (ORDER BY order_time MEASURES A.qty AS q, CLASSIFIER() AS c PATTERN (A | B) DEFINE A AS qty > 1);
CREATE VIEW v12 AS SELECT * FROM orders MATCH_RECOGNIZE (PARTITION BY user_id, product ORDER BY order_time ASC MEASURES FINAL LAST(A.qty) AS q ALL ROWS PER MATCH PATTERN (A) DEFINE A AS TRUE);
CREATE VIEW v13 AS SELECT * FROM orders MATCH_RECOGNIZE (ORDER BY order_time MEASURES A.qty AS q AFTER MATCH SKIP TO LAST B PATTERN (A (B | C)+ D) SUBSET S = (A, B) DEFINE A AS A.qty > 1);
CREATE VIEW v14 AS SELECT * FROM orders MATCH_RECOGNIZE (ORDER BY order_time MEASURES A.qty AS q AFTER MATCH SKIP TO FIRST B PATTERN (A B{2,} C{,3} D{4}) DEFINE A AS A.qty > 1, B AS PREV(B.qty) < B.qty, C AS PREV(C.qty, 2) IS NULL);
CREATE VIEW v16 AS SELECT orders.user_id FROM orders JOIN users USING (user_id) GROUP BY orders.user_id;
CREATE VIEW v17 AS SELECT user_id, COUNT(*) FROM orders JOIN users USING (user_id) GROUP BY user_id;
CREATE VIEW v18 AS SELECT o.*, name FROM orders o JOIN users USING (user_id);
CREATE VIEW v19 AS SELECT * FROM orders JOIN pay USING (order_id, user_id);
CREATE VIEW v21 AS SELECT * FROM orders JOIN pay USING (order_id) JOIN users USING (user_id);
CREATE VIEW v22 AS SELECT order_id FROM orders RIGHT JOIN pay USING (order_id) ORDER BY order_id LIMIT 3;
CREATE VIEW v23 (a, b) AS SELECT user_id, COUNT(*) FROM orders GROUP BY user_id;
CREATE VIEW v26 AS WITH x AS (SELECT * FROM orders), y (a) AS (SELECT user_id FROM x) SELECT * FROM y;
CREATE VIEW v27 AS SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(order_time), INTERVAL '1' MINUTE));
CREATE VIEW v28 AS SELECT window_start, COUNT(*) c FROM TUMBLE(DATA => TABLE orders, TIMECOL => DESCRIPTOR(order_time), SIZE => INTERVAL '1' MINUTE) GROUP BY window_start, window_end;
CREATE VIEW v29 AS SELECT user_id, SUM(qty) OVER w AS s FROM orders WINDOW w AS (PARTITION BY user_id ORDER BY order_time ROWS BETWEEN 2 PRECEDING AND CURRENT ROW);
CREATE VIEW v30 AS SELECT u.name, t.x FROM users u CROSS JOIN UNNEST(u.tags) WITH ORDINALITY AS t (x, n);
CREATE VIEW v32 AS SELECT CASE user_id WHEN 1 THEN 'a' ELSE 'b' END AS c, user_id IN (1,2), product LIKE 'a%' ESCAPE '!', NOT user_id IS NULL, -user_id, amount BETWEEN 1 AND 2 FROM orders;
CREATE VIEW v33 AS SELECT CAST(qty AS DECIMAL(10,3)), TRY_CAST(product AS INT), INTERVAL '1-2' YEAR TO MONTH AS i, DATE '2020-01-01' AS d, TIMESTAMP '2020-01-01 00:00:00' AS t, ARRAY[1,2] AS a, MAP['a',1] AS m, ROW(1,'x') AS r FROM orders;
CREATE VIEW v34 AS SELECT EXTRACT(YEAR FROM order_time) AS y, TIMESTAMPDIFF(DAY, order_time, CURRENT_TIMESTAMP) AS z, POSITION('a' IN product), SUBSTRING(product FROM 1 FOR 2), TRIM(LEADING 'x' FROM product), OVERLAY(product PLACING 'a' FROM 1), FLOOR(order_time TO HOUR), CEIL(amount) FROM orders;
CREATE VIEW v35 AS SELECT COUNT(DISTINCT user_id) FILTER (WHERE qty > 1) AS c, LISTAGG(product, ',') AS l, JSON_OBJECT('a' VALUE 1 NULL ON NULL) AS j, JSON_VALUE('{}', '$.a' RETURNING INT DEFAULT 1 ON EMPTY) AS k FROM orders;
CREATE VIEW v36 AS SELECT user_id FROM orders UNION ALL SELECT user_id FROM users EXCEPT SELECT 1 INTERSECT SELECT 2;
CREATE VIEW v37 AS VALUES (1, 'a'), (2, 'b');
CREATE VIEW v38 AS TABLE orders;
CREATE VIEW v39 AS SELECT * FROM orders WHERE user_id IN (SELECT user_id FROM users) AND EXISTS (SELECT 1 FROM pay WHERE pay.order_id = orders.order_id) AND qty > (SELECT MAX(user_id) FROM users) AND qty > ALL (SELECT user_id FROM users);
CREATE VIEW v40 AS SELECT /*+ BROADCAST(u) */ o.order_id FROM orders /*+ OPTIONS('number-of-rows'='3') */ o JOIN users u ON o.user_id = u.user_id;
CREATE VIEW v41 AS SELECT DISTINCT product FROM orders FETCH FIRST 3 ROWS ONLY;
CREATE VIEW v42 AS SELECT user_id, product, SUM(qty) FROM orders GROUP BY GROUPING SETS ((user_id, product), (user_id), ());
CREATE VIEW v43 AS SELECT user_id, product, SUM(qty) FROM orders GROUP BY ROLLUP (user_id, product) HAVING SUM(qty) > 1;
CREATE VIEW v44 AS SELECT *, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY qty DESC NULLS LAST) AS rn FROM orders QUALIFY rn <= 3;
CREATE VIEW v45 AS SELECT o.order_id FROM orders o, pay p WHERE o.order_id = p.order_id AND p.pay_time BETWEEN o.order_time - INTERVAL '1' HOUR AND o.order_time;
CREATE VIEW v46 AS SELECT o.order_id, u.name FROM orders o JOIN users FOR SYSTEM_TIME AS OF o.order_time AS u ON o.user_id = u.user_id;
CREATE VIEW u1 AS SELECT user_id + 1 AS x FROM orders JOIN users USING (user_id);
CREATE VIEW u9 AS SELECT * FROM orders JOIN pay USING (order_id) JOIN users USING (user_id);
CREATE VIEW u10 AS SELECT * FROM orders LEFT JOIN pay USING (order_id, user_id) FULL JOIN users USING (user_id);
CREATE VIEW q1 AS SELECT user_id, qty FROM orders QUALIFY ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY qty) = 1;
CREATE VIEW q2 AS SELECT user_id, qty, SUM(qty) OVER (ORDER BY order_time) AS s FROM orders WHERE qty > 1 QUALIFY s > 10 AND qty < 5;
CREATE VIEW q3 AS SELECT ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY order_time) + 1 AS rn, qty > (SUM(qty) OVER (ORDER BY order_time)) AS b FROM orders;
CREATE VIEW h1 AS SELECT /*+ BROADCAST(u, o), SHUFFLE_HASH('o'), STATE_TTL('o'='1d', 'u'='2d') */ o.order_id FROM orders AS o JOIN users AS u ON o.user_id = u.user_id;
CREATE VIEW h2 AS SELECT /*+ LOOKUP('table'='u', 'async'='true') */ DISTINCT o.order_id FROM orders /*+ OPTIONS('number-of-rows'='3', 'rows-per-second'='1') */ AS o JOIN users AS u ON o.user_id = u.user_id;
CREATE VIEW h3 AS SELECT /*+ STATE_TTL('orders'='1d') */ COUNT(*) c FROM orders /*+ OPTIONS('number-of-rows'='3') */;
CREATE VIEW a1 AS SELECT * FROM orders WHERE qty = ANY (SELECT user_id FROM users) OR qty <> SOME (SELECT user_id FROM users);
CREATE VIEW t1 AS (TABLE orders) UNION ALL TABLE orders;
CREATE VIEW w1 AS SELECT * FROM HOP(TABLE orders, DESCRIPTOR(order_time), INTERVAL '1' MINUTE, INTERVAL '2' MINUTE) AS h;
CREATE VIEW w2 AS SELECT * FROM SESSION(TABLE orders PARTITION BY user_id, DESCRIPTOR(order_time), INTERVAL '1' MINUTE) AS h;
CREATE VIEW w3 AS SELECT * FROM SESSION(DATA => TABLE orders PARTITION BY (user_id, product), TIMECOL => DESCRIPTOR(order_time), GAP => INTERVAL '1' MINUTE) AS h;
CREATE VIEW w4 AS SELECT TUMBLE_START(order_time, INTERVAL '1' HOUR) AS s, COUNT(*) AS c FROM orders GROUP BY TUMBLE(order_time, INTERVAL '1' HOUR);
CREATE VIEW w5 AS SELECT * FROM (SELECT user_id, window_start, window_end FROM TABLE(CUMULATE(TABLE orders, DESCRIPTOR(order_time), INTERVAL '1' MINUTE, INTERVAL '10' MINUTE)) GROUP BY user_id, window_start, window_end) x JOIN users USING (user_id);
CREATE VIEW m1 AS SELECT * FROM orders AS o MATCH_RECOGNIZE (PARTITION BY user_id ORDER BY order_time DESC MEASURES qty AS q, LAST(A.qty + A.order_id) AS r, RUNNING LAST(A.qty) AS rr, FINAL LAST(A.qty, 2) AS f, COUNT(*) AS c, COUNT(A.qty) AS ca, MATCH_PROCTIME() AS p PATTERN (^A B??) DEFINE A AS A.qty > 1 AND PREV(A.qty + A.user_id, 1) < 3, B AS NEXT(B.qty) > 2) AS m;
CREATE VIEW m2 AS SELECT * FROM orders AS o MATCH_RECOGNIZE (PARTITION BY user_id ORDER BY order_time MEASURES qty AS q, LAST(A.qty + A.order_id) AS r, FINAL LAST(A.qty, 2) AS f, COUNT(*) AS c, COUNT(A.qty) AS ca, MATCH_PROCTIME() AS p, FIRST(B.product || 'x') AS pp PATTERN (A B) DEFINE A AS A.qty > 1 AND PREV(A.qty + A.user_id, 1) < 3, B AS FIRST(A.qty, 1) > 2 AND B.product LIKE 'x%' AND PREV(A.qty) > 1 AND CASE WHEN B.qty > 1 THEN TRUE ELSE FALSE END AND SUM(B.qty + 1) > 2) AS m;
CREATE VIEW m3 AS SELECT m.q, u.name FROM orders MATCH_RECOGNIZE (ORDER BY order_time MEASURES A.qty AS q, A.user_id AS uid ONE ROW PER MATCH PATTERN (A B | C* D+) WITHIN INTERVAL '90' MINUTE DEFINE A AS TRUE) m JOIN users u ON u.user_id = m.uid;
CREATE VIEW m4 AS SELECT * FROM orders MATCH_RECOGNIZE (ORDER BY order_time MEASURES A.qty AS q AFTER MATCH SKIP TO B PATTERN ((A B)+ (C | D){2}? E?) DEFINE A AS TRUE) WHERE q > 1;
CREATE VIEW m5 AS SELECT * FROM orders MATCH_RECOGNIZE (ORDER BY order_time MEASURES A.qty AS q PATTERN (PERMUTE(A, B)) DEFINE A AS TRUE);
CREATE VIEW n2 AS SELECT users.addr.city, users.user_id FROM users, orders;
CREATE TABLE timed (order_id BIGINT, user_id INT, product STRING, amount DECIMAL(10,2), qty INT, order_time TIMESTAMP(3), pt AS PROCTIME(), WATERMARK FOR order_time AS order_time - INTERVAL '5' SECOND) WITH ('connector'='datagen','number-of-rows'='5');
CREATE VIEW p1 AS SELECT * FROM timed;
CREATE VIEW p2 AS SELECT order_time, pt FROM timed WHERE qty > 1;
CREATE VIEW p3 AS SELECT * FROM timed JOIN users ON timed.user_id = users.user_id;
CREATE VIEW p4 AS SELECT * FROM timed JOIN users USING (user_id);
CREATE VIEW p5 AS SELECT CAST(order_time AS TIMESTAMP(3)) AS t, MAX(order_time) AS m FROM timed GROUP BY order_time;
CREATE VIEW p6 AS SELECT window_time, COUNT(*) AS c FROM TUMBLE(TABLE timed, DESCRIPTOR(order_time), INTERVAL '1' MINUTE) GROUP BY window_start, window_end, window_time;
CREATE VIEW p7 AS SELECT * FROM p1;
CREATE TEMPORARY VIEW p8 AS SELECT * FROM timed;
CREATE VIEW p9 AS SELECT order_time FROM timed UNION ALL SELECT order_time FROM timed;
;;
SHOW CREATE VIEW v1
;;
DESCRIBE v1
;;
SHOW CREATE VIEW v2
;;
SHOW CREATE VIEW v3
;;
SHOW CREATE VIEW v4
;;
SHOW CREATE VIEW v5
;;
DESCRIBE v5
;;
SHOW CREATE VIEW v6
;;
CREATE VIEW v7 AS SELECT order_id FROM orders NATURAL LEFT JOIN pay WHERE user_id > 1
;;
SHOW CREATE VIEW v8
;;
SHOW CREATE VIEW v9
;;
SHOW CREATE VIEW v10
;;
SHOW CREATE VIEW v11
;;
SHOW CREATE VIEW v13
;;
SHOW CREATE VIEW v14
;;
CREATE VIEW v15 AS SELECT user_id FROM orders NATURAL JOIN users WHERE orders.user_id = 1
;;
SHOW CREATE VIEW v17
;;
SHOW CREATE VIEW v18
;;
SHOW CREATE VIEW v19
;;
CREATE VIEW v20 AS SELECT * FROM orders JOIN pay USING (nope)
;;
SHOW CREATE VIEW v22
;;
SHOW CREATE VIEW v23
;;
CREATE VIEW v24 (a) AS SELECT user_id, COUNT(*) FROM orders GROUP BY user_id
;;
SHOW CREATE VIEW v26
;;
SHOW CREATE VIEW v27
;;
SHOW CREATE VIEW v28
;;
SHOW CREATE VIEW v29
;;
SHOW CREATE VIEW v30
;;
CREATE VIEW v31 AS SELECT addr.city, users.addr.zip, u2.addr FROM users, users AS u2
;;
SHOW CREATE VIEW v32
;;
SHOW CREATE VIEW v33
;;
SHOW CREATE VIEW v34
;;
SHOW CREATE VIEW v35
;;
SHOW CREATE VIEW v36
;;
SHOW CREATE VIEW v37
;;
SHOW CREATE VIEW v38
;;
SHOW CREATE VIEW v39
;;
SHOW CREATE VIEW v40
;;
SHOW CREATE VIEW v41
;;
SHOW CREATE VIEW v42
;;
SHOW CREATE VIEW v43
;;
SHOW CREATE VIEW v44
;;
SHOW CREATE VIEW v45
;;
SHOW CREATE VIEW v46
;;
SHOW CREATE VIEW u1
;;
CREATE VIEW u2 AS SELECT name FROM orders JOIN users USING (user_id) WHERE user_id > 1
;;
CREATE VIEW u3 AS SELECT name FROM orders JOIN users USING (user_id) ORDER BY user_id LIMIT 1
;;
CREATE VIEW u4 AS SELECT COUNT(user_id) AS c FROM orders JOIN users USING (user_id) HAVING COUNT(user_id) > 1
;;
CREATE VIEW u5 AS SELECT user_id AS k FROM orders NATURAL JOIN users
;;
CREATE VIEW u6 AS SELECT user_id FROM orders NATURAL JOIN users
;;
CREATE VIEW u7 AS SELECT user_id, COUNT(*) AS c FROM orders NATURAL JOIN users GROUP BY user_id
;;
CREATE VIEW u8 AS SELECT UPPER(name), user_id * 2 FROM orders NATURAL JOIN users
;;
SELECT name FROM orders NATURAL JOIN users WHERE user_id > 1 LIMIT 0
;;
SELECT name FROM orders JOIN users USING (user_id) WHERE user_id > 1 LIMIT 0
;;
SELECT user_id + 1 FROM orders NATURAL JOIN users LIMIT 0
;;
SHOW CREATE VIEW u9
;;
SHOW CREATE VIEW u10
;;
SHOW CREATE VIEW q1
;;
SHOW CREATE VIEW q2
;;
SHOW CREATE VIEW q3
;;
SHOW CREATE VIEW h1
;;
SHOW CREATE VIEW h2
;;
SHOW CREATE VIEW h3
;;
SHOW CREATE VIEW a1
;;
SHOW CREATE VIEW t1
;;
SHOW CREATE VIEW w1
;;
SHOW CREATE VIEW w2
;;
SHOW CREATE VIEW w3
;;
SHOW CREATE VIEW w4
;;
SHOW CREATE VIEW w5
;;
SHOW CREATE VIEW m2
;;
SHOW CREATE VIEW m3
;;
SHOW CREATE VIEW m4
;;
SHOW CREATE VIEW m5
;;
CREATE VIEW n1 AS SELECT addr.city FROM users, users AS u2
;;
SELECT addr.city FROM users, users AS u2
;;
SELECT user_id.x FROM users, users AS u2
;;
SHOW CREATE VIEW n2
;;
DESCRIBE p1
;;
DESCRIBE p2
;;
DESCRIBE p3
;;
DESCRIBE p4
;;
DESCRIBE p6
;;
DESCRIBE p7
;;
DESCRIBE p8
;;
DESCRIBE p9
;;
SELECT 1 BETWEEN 0 AND 2 IN (TRUE)
;;
SELECT 1 BETWEEN 0 AND 2 NOT BETWEEN FALSE AND TRUE
;;
SELECT 1 BETWEEN 0 AND 2 IS NOT NULL
;;
SELECT 1 BETWEEN 0 AND 2 = TRUE
;;
SELECT 1 BETWEEN 0 AND 2 <> FALSE
;;
SELECT 1 IN (1) BETWEEN FALSE AND TRUE
;;
SELECT 'a' LIKE 'a' LIKE 'b'
;;
SELECT 1 IN (1) IN (TRUE)
;;
SELECT 1 NOT IN (1) = TRUE
;;
SELECT 1 + 1 IN (2) AND 3 NOT BETWEEN 1 + 1 AND 2 * 2 OR TRUE
;;
SELECT NOT 1 IN (1)
;;
SELECT NOT 'a' LIKE 'b' AND TRUE
;;
SELECT - 1 BETWEEN - 2 AND 0
