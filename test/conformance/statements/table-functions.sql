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
CREATE TABLE cust (id INT, name STRING, tier STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://localhost:1/db', 'table-name' = 'cust');
CREATE TABLE `odd.name ünï` (`a.b` INT, `select` STRING, `größe` INT, `x``y` INT) WITH ('connector' = 'datagen');
CREATE TABLE parted (a INT, dt STRING) PARTITIONED BY (dt) WITH ('connector' = 'filesystem', 'path' = '/tmp/oracle-nowhere', 'format' = 'json');
CREATE TABLE out_two (k INT, v STRING) WITH ('connector' = 'blackhole');
CREATE MODEL m1 INPUT (x STRING) OUTPUT (y DOUBLE) WITH ('provider' = 'openai', 'endpoint' = 'http://localhost:1/v1/chat/completions', 'model' = 'gpt', 'api-key' = 'k', 'task' = 'classification');
CREATE VIEW w1 AS SELECT window_start AS ws, window_end AS we, window_time AS rt, SUM(qty) AS s FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(order_time), INTERVAL '5' MINUTE)) GROUP BY window_start, window_end, window_time;
CREATE TABLE files (id INT, name STRING, price DOUBLE, tags ARRAY<STRING>, items ARRAY<ROW<sku STRING, n INT>>, attrs MAP<STRING, INT>, r ROW<a INT, b ROW<c STRING, d INT>>) WITH ('connector' = 'filesystem', 'path' = '/tmp/oracle-nowhere', 'format' = 'json');
CREATE TABLE cdc (id INT, name STRING, v BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'kafka', 'topic' = 'cdc', 'properties.bootstrap.servers' = 'localhost:9092', 'format' = 'debezium-json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE kmeta (id BIGINT, cur STRING, ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp', part INT METADATA FROM 'partition' VIRTUAL, dbl AS id * 2, WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'kafka', 'topic' = 'kmeta', 'properties.bootstrap.servers' = 'localhost:9092', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE ltz_out (ws TIMESTAMP(3), we TIMESTAMP(3), c BIGINT) WITH ('connector' = 'blackhole');
CREATE TABLE vecs (id INT, v ARRAY<FLOAT>, d ARRAY<DOUBLE>, t STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '3');
CREATE MODEL m2 INPUT (a STRING, b INT) OUTPUT (y DOUBLE, z STRING) WITH ('provider' = 'openai', 'endpoint' = 'http://localhost:1/v1/chat/completions', 'model' = 'gpt', 'api-key' = 'k');
CREATE FUNCTION fn AS 'org.example.Fn';
;;
SELECT * FROM ML_PREDICT(TABLE orders, MODEL m1, DESCRIPTOR(product))
;;
SELECT * FROM TABLE(ML_PREDICT(TABLE orders, MODEL m1, DESCRIPTOR(product)))
;;
SELECT * FROM ML_PREDICT(TABLE orders, MODEL m1, DESCRIPTOR(product), MAP['async', 'true'])
;;
SELECT * FROM ML_PREDICT(TABLE orders, MODEL m1, DESCRIPTOR(product), MAP['async', 'maybe'])
;;
SELECT * FROM ML_PREDICT(TABLE orders, MODEL m1, DESCRIPTOR(product), MAP['max-concurrent-operations', '-1'])
;;
SELECT * FROM ML_PREDICT(TABLE orders, MODEL m1, DESCRIPTOR(qty, product))
;;
SELECT * FROM ML_PREDICT(TABLE orders, MODEL m1, DESCRIPTOR(nope))
;;
SELECT * FROM ML_PREDICT(TABLE orders, MODEL m1, DESCRIPTOR(user_id))
;;
SELECT * FROM ML_PREDICT(TABLE orders, MODEL m2, DESCRIPTOR(product, qty))
;;
SELECT * FROM ML_PREDICT(TABLE orders, MODEL m2, DESCRIPTOR(qty, product))
;;
SELECT * FROM ML_PREDICT(TABLE orders, MODEL m2, DESCRIPTOR(product))
;;
SELECT * FROM ML_PREDICT(TABLE orders, MODEL m2, DESCRIPTOR(product, amount))
;;
SELECT * FROM ML_PREDICT(TABLE orders, MODEL m1)
;;
SELECT * FROM ML_PREDICT(TABLE orders, DESCRIPTOR(product))
;;
SELECT * FROM ML_PREDICT(TABLE orders, MODEL m1, 'x')
;;
SELECT * FROM ML_PREDICT(TABLE nosuch, MODEL m1, DESCRIPTOR(product))
;;
SELECT * FROM ML_PREDICT(TABLE orders, MODEL db.nomodel, DESCRIPTOR(product))
;;
SELECT * FROM ML_PREDICT(MODEL => MODEL m1, INPUT => TABLE orders, ARGS => DESCRIPTOR(product))
;;
SELECT * FROM ML_PREDICT(INPUT => TABLE orders, MODEL => MODEL m1, NOPE => DESCRIPTOR(product))
;;
SELECT * FROM ML_PREDICT((SELECT product FROM orders), MODEL m1, DESCRIPTOR(product))
;;
SELECT order_id, y FROM ML_PREDICT(TABLE orders, MODEL m1, DESCRIPTOR(product)) WHERE y > 1
;;
SELECT nope FROM ML_PREDICT(TABLE orders, MODEL m1, DESCRIPTOR(product))
;;
SELECT * FROM ML_EVALUATE(TABLE orders, MODEL m1, DESCRIPTOR(product), DESCRIPTOR(qty), 'classification')
;;
SELECT * FROM TABLE(ML_EVALUATE(TABLE orders, MODEL m1, DESCRIPTOR(product), DESCRIPTOR(qty), 'regression'))
;;
SELECT ML_PREDICT('a')
;;
SELECT * FROM VECTOR_SEARCH(TABLE vecs, DESCRIPTOR(v), ARRAY[1.0], 3)
;;
SELECT * FROM VECTOR_SEARCH(TABLE vecs, DESCRIPTOR(v), ARRAY[CAST(1.0 AS FLOAT)], 3)
;;
SELECT * FROM VECTOR_SEARCH(TABLE vecs, DESCRIPTOR(d), ARRAY[CAST(1.0 AS DOUBLE)], 3)
;;
SELECT * FROM TABLE(VECTOR_SEARCH(TABLE vecs, DESCRIPTOR(v), ARRAY[CAST(1.0 AS FLOAT)], 3))
;;
SELECT * FROM VECTOR_SEARCH(TABLE vecs, DESCRIPTOR(v), 'a', 3)
;;
SELECT * FROM VECTOR_SEARCH(TABLE vecs, DESCRIPTOR(v), ARRAY[CAST(1.0 AS FLOAT)], 0)
;;
SELECT * FROM VECTOR_SEARCH(TABLE vecs, DESCRIPTOR(v), ARRAY[CAST(1.0 AS FLOAT)], 'x')
;;
SELECT * FROM VECTOR_SEARCH(TABLE vecs, DESCRIPTOR(v), ARRAY[CAST(1.0 AS FLOAT)])
;;
SELECT * FROM VECTOR_SEARCH(TABLE vecs, DESCRIPTOR(v, d), ARRAY[CAST(1.0 AS FLOAT)], 3)
;;
SELECT * FROM VECTOR_SEARCH(TABLE vecs, DESCRIPTOR(nope), ARRAY[CAST(1.0 AS FLOAT)], 3)
;;
SELECT * FROM vecs AS q, LATERAL VECTOR_SEARCH(TABLE vecs, DESCRIPTOR(v), q.v, 3)
;;
SELECT * FROM vecs AS q, LATERAL TABLE(VECTOR_SEARCH(TABLE vecs, DESCRIPTOR(v), q.v, 3))
;;
SELECT * FROM nosuch_ptf(TABLE orders)
;;
SELECT * FROM nosuch_ptf(TABLE nosuch)
;;
SELECT * FROM nosuch_ptf(input => TABLE orders, uid => 'x', n => 1)
;;
SELECT * FROM nosuch_ptf(TABLE orders PARTITION BY nope)
;;
SELECT * FROM nosuch_ptf(TABLE orders PARTITION BY user_id ORDER BY order_time, 'x', 1, DESCRIPTOR(qty))
;;
SELECT * FROM nosuch_ptf(input => TABLE orders, 'x')
;;
SELECT * FROM nosuch_ptf((SELECT qty FROM orders), 1)
;;
SELECT * FROM TABLE(nosuch_ptf(TABLE orders, 1))
;;
SELECT * FROM nosuch_ptf(r => TABLE orders, on_time => DESCRIPTOR(order_time))
;;
SELECT * FROM fn(TABLE orders)
;;
SELECT * FROM UPPER(TABLE orders)
;;
SELECT * FROM TABLE(UPPER('a'))
;;
SELECT nosuch_ptf(TABLE orders)
;;
SELECT * FROM orders, LATERAL TABLE(nofn(qty)) AS t(x)
;;
SELECT * FROM orders LEFT JOIN LATERAL TABLE(nofn(qty, product)) AS t(x) ON TRUE
;;
SELECT * FROM orders, LATERAL TABLE(UPPER(product)) AS t(x)
