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
;;
WITH RECURSIVE t AS (SELECT id, s FROM nums) SELECT * FROM t
;;
CREATE OR REPLACE VIEW nv AS SELECT 1 AS a
;;
CREATE OR REPLACE VIEW nums AS SELECT 1 AS a
;;
CREATE OR REPLACE TEMPORARY VIEW nums AS SELECT 1 AS a
;;
SELECT ARRAY(1, 2)
;;
SELECT MAP(1, 2)
;;
SELECT ROW(1, 2)
;;
SELECT SAFE_CAST('1' AS INT)
;;
SELECT SAFE_CAST('x' AS INT)
;;
SELECT CURRENT_TIMESTAMP(3)
;;
SELECT LOCALTIMESTAMP(3)
;;
SELECT CURRENT_TIME(0)
;;
SELECT LOCALTIME(3)
;;
SELECT CURRENT_DATE(3)
;;
SELECT NOW(3)
;;
SELECT CAST('1-2' AS INTERVAL YEAR TO MONTH)
;;
SELECT CAST('1 02:03:04' AS INTERVAL DAY TO SECOND)
;;
SELECT CAST('1 02:03' AS INTERVAL DAY TO MINUTE)
;;
SELECT CAST('1' AS INTERVAL DAY)
;;
SELECT CAST('02:03' AS INTERVAL HOUR TO MINUTE)
;;
SELECT CAST(1 AS INTERVAL DAY)
;;
SELECT CAST(1 AS INTERVAL DAY TO SECOND)
;;
SELECT CAST(INTERVAL '1' DAY AS INTERVAL DAY TO SECOND)
;;
SELECT CAST(INTERVAL '1' DAY AS INTERVAL MONTH)
;;
SELECT CAST(INTERVAL '1' DAY AS BIGINT)
;;
SELECT CAST(INTERVAL '14' MONTH AS INT)
;;
SELECT '{"a":1}' FORMAT JSON
;;
SELECT JSON_OBJECT('a' VALUE '{"b":1}' FORMAT JSON)
;;
SELECT JSON_ARRAY('[1]' FORMAT JSON)
;;
SELECT JSON_VALUE('{"a":1}' FORMAT JSON, '$.a')
;;
MERGE INTO out_hole USING nums ON out_hole.id = nums.id WHEN MATCHED THEN UPDATE SET name = nums.s WHEN NOT MATCHED THEN INSERT (id, name) VALUES (nums.id, nums.s)
;;
CREATE TABLE x (a INT) DISTRIBUTED BY HASH (a) INTO 0 BUCKETS WITH ('connector' = 'blackhole')
;;
CREATE TABLE x (a INT) DISTRIBUTED BY (a) INTO 3 BUCKETS WITH ('connector' = 'blackhole')
;;
CREATE TABLE x (a INT) DISTRIBUTED INTO 3 BUCKETS WITH ('connector' = 'blackhole')
;;
CREATE TABLE x (a INT) DISTRIBUTED BY RANGE (b) WITH ('connector' = 'blackhole')
;;
CREATE TABLE x (a INT) DISTRIBUTED INTO -1 BUCKETS WITH ('connector' = 'blackhole')
;;
CREATE TABLE x (a INT) DISTRIBUTED BY (a, a) INTO 3 BUCKETS WITH ('connector' = 'blackhole')
;;
INSERT INTO x SELECT 1
;;
SELECT * FROM ML_EVALUATE(TABLE nums, MODEL m1, DESCRIPTOR(s), DESCRIPTOR(n), 'classification')
;;
SELECT * FROM ML_EVALUATE(INPUT => TABLE nums, MODEL => MODEL m1, ARGS => DESCRIPTOR(s))
;;
CREATE TEMPORARY SYSTEM FUNCTION uf AS 'org.example.Uf'
;;
CREATE FUNCTION uf AS 'org.example.Uf' LANGUAGE PYTHON
;;
CREATE MATERIALIZED TABLE mt FRESHNESS = INTERVAL '30' SECOND REFRESH_MODE = CONTINUOUS AS SELECT user_id, COUNT(*) AS c FROM orders GROUP BY user_id
;;
CREATE MATERIALIZED TABLE mt FRESHNESS = INTERVAL '1' HOUR AS SELECT 1 AS a
;;
CREATE MATERIALIZED TABLE mt FRESHNESS = INTERVAL '-1' HOUR AS SELECT 1 AS a
;;
CREATE MATERIALIZED TABLE mt FRESHNESS = INTERVAL '1' MONTH AS SELECT 1 AS a
;;
CREATE MATERIALIZED TABLE mt AS SELECT 1 AS a
;;
CREATE MATERIALIZED TABLE mt PARTITIONED BY (zz) FRESHNESS = INTERVAL '1' HOUR AS SELECT 1 AS a
;;
ALTER MATERIALIZED TABLE orders SUSPEND
;;
ALTER MATERIALIZED TABLE nosuch RESUME
;;
ALTER MATERIALIZED TABLE orders REFRESH
;;
ALTER MATERIALIZED TABLE orders AS SELECT 1
;;
DROP MATERIALIZED TABLE orders
;;
DROP MATERIALIZED TABLE IF EXISTS orders
;;
DROP MATERIALIZED TABLE nosuch
;;
DROP MATERIALIZED TABLE IF EXISTS nosuch
;;
CREATE VIEW x AS WITH RECURSIVE t AS (SELECT 1 AS a) SELECT * FROM t
;;
WITH RECURSIVE t AS (SELECT * FROM t) SELECT * FROM t
;;
SELECT id, id AS x FROM nums GROUP BY x
;;
SELECT COUNT(*) FROM nums GROUP BY 5
;;
SELECT id FROM nums ORDER BY 7
;;
SELECT * FROM nums JOIN users ON nums.id
;;
SELECT * FROM nums WHERE n
;;
SELECT n + s FROM nums
;;
SELECT s || n FROM nums
;;
SELECT -s FROM nums
;;
SELECT NOT n FROM nums
;;
SELECT id FROM nums HAVING n > 1
;;
SELECT SUM(SUM(n)) FROM nums
;;
SELECT SUM(n) FROM nums WHERE SUM(n) > 1
;;
SELECT id, ROW_NUMBER() OVER () FROM nums
;;
SELECT RANK() OVER (PARTITION BY id) FROM nums
;;
SELECT SUM(qty) OVER (ORDER BY order_time ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) FROM orders
;;
SELECT SUM(qty) OVER (ORDER BY order_time DESC) FROM orders
;;
SELECT SUM(qty) OVER (ORDER BY order_time RANGE BETWEEN INTERVAL '1' MONTH PRECEDING AND CURRENT ROW) FROM orders
;;
SELECT SUM(qty) OVER (ORDER BY order_time ROWS BETWEEN -1 PRECEDING AND CURRENT ROW) FROM orders
;;
SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(qty), INTERVAL '1' HOUR))
;;
SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(nosuch), INTERVAL '1' HOUR))
;;
SELECT * FROM TABLE(CUMULATE(TABLE orders, DESCRIPTOR(order_time), INTERVAL '1' HOUR, INTERVAL '7' MINUTE))
;;
SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(order_time)))
;;
SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(order_time), INTERVAL '1' MONTH))
;;
SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(order_time), 5))
;;
SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(order_time), INTERVAL '0' HOUR))
;;
SELECT * FROM sales s JOIN rates FOR SYSTEM_TIME AS OF s.price AS r ON s.cur = r.cur
;;
SELECT * FROM sales s JOIN users FOR SYSTEM_TIME AS OF s.st AS r ON s.id = r.user_id
;;
SELECT * FROM sales s FULL JOIN rates FOR SYSTEM_TIME AS OF s.st AS r ON s.cur = r.cur
;;
INSERT INTO out_upsert SELECT 1, 'x'
;;
INSERT INTO out_upsert (k) VALUES (1)
;;
INSERT INTO out_upsert (k, k) VALUES (1, 2)
;;
INSERT INTO out_upsert (k, zz) VALUES (1, 2)
;;
INSERT INTO out_hole (name) VALUES ('x')
;;
INSERT INTO out_append SELECT user_id, COUNT(*) FROM orders GROUP BY user_id
;;
INSERT INTO out_print SELECT user_id FROM orders
;;
INSERT INTO nums SELECT 1, 'a', 2
;;
SELECT users.addr.nosuch FROM users
;;
SELECT tags['x'] FROM users
;;
SELECT attrs[1] FROM users
;;
SELECT * FROM users, UNNEST(name)
;;
SELECT * FROM users, UNNEST(tags) AS t (a, b)
;;
SELECT CASE WHEN n > 1 THEN 'a' ELSE 5 END FROM nums
;;
SELECT CASE WHEN n THEN 'a' END FROM nums
;;
SELECT COALESCE(n, s) FROM nums
;;
SELECT id FROM nums UNION SELECT s FROM nums
;;
SELECT id, s FROM nums INTERSECT SELECT id FROM nums
;;
SELECT id FROM nums WHERE id IN (SELECT id, s FROM nums)
;;
SELECT (SELECT id, s FROM nums)
;;
SELECT * FROM (VALUES (1, 2), (3)) AS v (a, b)
;;
SELECT * FROM (VALUES (1, 2)) AS v (a)
;;
SELECT EXTRACT(FOO FROM order_time) FROM orders
;;
SELECT TIMESTAMPDIFF(DAY, qty, order_time) FROM orders
;;
SELECT CAST(tags AS INT) FROM users
;;
SELECT CAST(name AS ROW<a INT>) FROM users
;;
SELECT LISTAGG(qty) FROM orders
;;
SELECT AVG(product) FROM orders
;;
SELECT LAG(qty, -1) OVER (ORDER BY order_time) FROM orders
;;
SELECT NTILE(2) OVER (ORDER BY order_time) FROM orders
;;
CREATE MATERIALIZED TABLE mt (PRIMARY KEY (user_id) NOT ENFORCED) WITH ('connector' = 'upsert-kafka') FRESHNESS = INTERVAL '3' MINUTE REFRESH_MODE = FULL AS SELECT user_id, COUNT(*) AS c FROM orders GROUP BY user_id
