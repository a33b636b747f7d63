-- @setup
CREATE TABLE orders (
  order_id BIGINT, user_id INT, product STRING, amount DECIMAL(10, 2), qty INT, order_time TIMESTAMP(3),
  WATERMARK FOR order_time AS order_time - INTERVAL '5' SECOND
) WITH ('connector' = 'datagen', 'number-of-rows' = '3');
CREATE TABLE payments (
  pay_id BIGINT, order_id BIGINT, paid DOUBLE, kind STRING, pay_time TIMESTAMP_LTZ(3),
  WATERMARK FOR pay_time AS pay_time - INTERVAL '1' MINUTE
) WITH ('connector' = 'datagen', 'number-of-rows' = '3');
CREATE TABLE clicks (
  user_id INT, url STRING, ts BIGINT, ok BOOLEAN, pt AS PROCTIME()
) WITH ('connector' = 'datagen', 'number-of-rows' = '3');
CREATE TABLE users (
  user_id INT, name STRING, city STRING, born DATE, tags ARRAY<STRING>, attrs MAP<STRING, INT>, addr ROW<street STRING, zip INT>
) WITH ('connector' = 'datagen', 'number-of-rows' = '3');
CREATE TABLE rates (
  cur STRING, rate DECIMAL(10, 4), upd TIMESTAMP(3), PRIMARY KEY (cur) NOT ENFORCED, WATERMARK FOR upd AS upd
) WITH ('connector' = 'upsert-kafka', 'topic' = 'rates', 'properties.bootstrap.servers' = 'localhost:9092', 'key.format' = 'raw', 'value.format' = 'json');
CREATE TABLE sales (
  id BIGINT, cur STRING, price DECIMAL(10, 2), st TIMESTAMP(3), WATERMARK FOR st AS st - INTERVAL '2' SECOND
) WITH ('connector' = 'kafka', 'topic' = 'sales', 'properties.bootstrap.servers' = 'localhost:9092', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE out_print (k INT, v STRING) WITH ('connector' = 'print');
CREATE TABLE out_append (k INT, v STRING) WITH ('connector' = 'filesystem', 'path' = '/tmp/oracle-nowhere', 'format' = 'json');
CREATE TABLE out_upsert (k INT, cnt BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'o', 'properties.bootstrap.servers' = 'localhost:9092', 'key.format' = 'json', 'value.format' = 'json');
CREATE TABLE out_hole (id BIGINT NOT NULL, name VARCHAR(10), d DECIMAL(5, 2), t TIMESTAMP(3), tags ARRAY<STRING>) WITH ('connector' = 'blackhole');
CREATE VIEW nums AS SELECT id, NULLIF(s, 'c') AS s, n FROM (VALUES (1, 'a', 10), (2, 'b', 20), (3, 'c', 30)) AS v (id, s, n);
CREATE VIEW vv1 AS WITH t AS (SELECT id, s FROM nums) SELECT * FROM t WHERE id > 1;
CREATE VIEW vv2 AS WITH t (a, b) AS (SELECT id, s FROM nums), u AS (SELECT a FROM t) SELECT u.a, t.b FROM u JOIN t ON u.a = t.a;
CREATE VIEW vv3 AS SELECT user_id, SUM(qty) OVER w AS q FROM orders WINDOW w AS (PARTITION BY user_id ORDER BY order_time RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW);
CREATE VIEW vv4 AS SELECT user_id, product, SUM(qty) AS q FROM orders GROUP BY GROUPING SETS ((user_id), (product), ());
CREATE VIEW vv5 AS SELECT user_id, product, SUM(qty) AS q FROM orders GROUP BY ROLLUP (user_id, product);
CREATE VIEW vv6 AS SELECT user_id, product, SUM(qty) AS q FROM orders GROUP BY CUBE (user_id, product);
CREATE VIEW vv7 AS SELECT window_start, window_end, SUM(qty) AS q FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(order_time), INTERVAL '1' HOUR)) GROUP BY window_start, window_end;
CREATE VIEW vv8 AS SELECT window_start, COUNT(*) AS c FROM HOP(TABLE orders, DESCRIPTOR(order_time), INTERVAL '5' MINUTE, INTERVAL '1' HOUR) GROUP BY window_start, window_end;
CREATE VIEW vv9 AS SELECT window_start, COUNT(*) AS c FROM TABLE(SESSION(TABLE orders PARTITION BY user_id, DESCRIPTOR(order_time), INTERVAL '5' MINUTE)) GROUP BY window_start, window_end, user_id;
CREATE VIEW vv10 AS SELECT id, (SELECT MAX(n) FROM nums) AS m FROM nums;
CREATE VIEW vv11 AS SELECT id FROM nums WHERE n > (SELECT AVG(n) FROM nums);
CREATE VIEW vv12 AS SELECT id FROM nums WHERE id IN (SELECT user_id FROM users) AND EXISTS (SELECT 1 FROM users u WHERE u.user_id = nums.id);
CREATE VIEW vv14 AS SELECT u.user_id, t.tag FROM users u CROSS JOIN UNNEST(u.tags) AS t (tag);
CREATE VIEW vv15 AS SELECT u.user_id, t.tag, t.pos FROM users u LEFT JOIN UNNEST(u.tags) WITH ORDINALITY AS t (tag, pos) ON TRUE;
CREATE VIEW vv16 AS SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v (x, y);
CREATE VIEW vv17 AS SELECT id, n FROM nums UNION ALL SELECT id, n FROM nums WHERE n > 10 ORDER BY n LIMIT 3;
CREATE VIEW vv18 AS SELECT DISTINCT product FROM orders;
CREATE VIEW vv19 AS SELECT id FROM nums ORDER BY n DESC OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY;
CREATE VIEW vv20 AS SELECT s.id, r.rate FROM sales s LEFT JOIN rates FOR SYSTEM_TIME AS OF s.st AS r ON s.cur = r.cur;
CREATE VIEW vv21 AS SELECT COUNT(*) FILTER (WHERE qty > 1) AS c, LISTAGG(DISTINCT product) AS l FROM orders;
CREATE VIEW vv22 AS SELECT CASE WHEN n > 1 THEN 'x' ELSE 'y' END AS k, CASE s WHEN 'a' THEN 1 END AS l, n BETWEEN 1 AND 3 AS b, s LIKE 'a%' AS li, s IS NULL AS nn, NOT n = 1 AS nt, -n AS m, CAST(n AS STRING) AS st FROM nums;
CREATE VIEW vv23 AS SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY qty DESC) AS rn FROM orders) WHERE rn <= 2;
CREATE VIEW vv24 AS SELECT user_id, COUNT(*) AS c FROM orders GROUP BY user_id HAVING COUNT(*) > 1;
CREATE VIEW vv25 AS SELECT n.id, m.id AS mid FROM nums n, nums m WHERE n.id = m.id;
CREATE VIEW vv28 AS SELECT ARRAY[1, 2] AS a, MAP['k', 1] AS m, ROW(1, 'x') AS r, INTERVAL '1' DAY AS i, DATE '2024-01-01' AS d, TIMESTAMP '2024-01-01 00:00:00' AS ts, X'ff' AS b, 1.5e0 AS f, TRUE AS t;
CREATE VIEW vv29 AS SELECT u.addr.street AS st, u.attrs['k'] AS v, u.tags[1] AS t FROM users u;
CREATE VIEW vv30 AS SELECT EXTRACT(YEAR FROM order_time) AS y, FLOOR(order_time TO HOUR) AS h, TIMESTAMPADD(DAY, 1, order_time) AS a, TRIM(BOTH 'x' FROM product) AS t, SUBSTRING(product FROM 1 FOR 2) AS s, POSITION('a' IN product) AS p, JSON_VALUE(product, '$.a' RETURNING INT) AS j FROM orders;
CREATE VIEW vv31 AS SELECT o.user_id, x.name FROM orders o LEFT JOIN LATERAL (SELECT name FROM users u WHERE u.user_id = o.user_id) AS x ON TRUE;
;;
SHOW CREATE VIEW vv1
;;
SHOW CREATE VIEW vv2
;;
SHOW CREATE VIEW vv3
;;
SHOW CREATE VIEW vv4
;;
SHOW CREATE VIEW vv5
;;
SHOW CREATE VIEW vv6
;;
SHOW CREATE VIEW vv7
;;
SHOW CREATE VIEW vv8
;;
SHOW CREATE VIEW vv9
;;
SHOW CREATE VIEW vv10
;;
SHOW CREATE VIEW vv11
;;
SHOW CREATE VIEW vv12
;;
SHOW CREATE VIEW vv14
;;
SHOW CREATE VIEW vv15
;;
SHOW CREATE VIEW vv16
;;
SHOW CREATE VIEW vv17
;;
SHOW CREATE VIEW vv18
;;
SHOW CREATE VIEW vv19
;;
SHOW CREATE VIEW vv20
;;
SHOW CREATE VIEW vv21
;;
SHOW CREATE VIEW vv22
;;
SHOW CREATE VIEW vv23
;;
SHOW CREATE VIEW vv24
;;
SHOW CREATE VIEW vv25
;;
SHOW CREATE VIEW vv28
;;
SHOW CREATE VIEW vv29
;;
SHOW CREATE VIEW vv30
;;
SHOW CREATE VIEW vv31
