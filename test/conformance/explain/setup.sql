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
CREATE TABLE ups (id INT, g INT, v BIGINT, s STRING, ts TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED, WATERMARK FOR ts AS ts) WITH ('connector' = 'upsert-kafka', 'topic' = 'b2u', 'properties.bootstrap.servers' = 'localhost:9092', 'key.format' = 'json', 'value.format' = 'json');
CREATE TABLE ups2 (id INT, g INT, v BIGINT, s STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'b2u2', 'properties.bootstrap.servers' = 'localhost:9092', 'key.format' = 'json', 'value.format' = 'json');
CREATE TABLE cdc2 (id INT, g INT, v BIGINT, s STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'kafka', 'topic' = 'b2c', 'scan.startup.mode' = 'earliest-offset', 'properties.bootstrap.servers' = 'localhost:9092', 'format' = 'debezium-json');
CREATE TABLE nokey (id INT, g INT, v BIGINT, s STRING) WITH ('connector' = 'kafka', 'topic' = 'b2c', 'scan.startup.mode' = 'earliest-offset', 'properties.bootstrap.servers' = 'localhost:9092', 'format' = 'debezium-json');
CREATE TABLE app (id INT, g INT, v BIGINT, s STRING, ts TIMESTAMP(3), pt AS PROCTIME(), WATERMARK FOR ts AS ts) WITH ('connector' = 'kafka', 'topic' = 'b2a', 'scan.startup.mode' = 'earliest-offset', 'properties.bootstrap.servers' = 'localhost:9092', 'format' = 'json');
CREATE TABLE usink (id INT, g INT, v BIGINT, s STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'b2o', 'properties.bootstrap.servers' = 'localhost:9092', 'key.format' = 'json', 'value.format' = 'json');
CREATE TABLE gsink (g INT, v BIGINT, PRIMARY KEY (g) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'b2g', 'properties.bootstrap.servers' = 'localhost:9092', 'key.format' = 'json', 'value.format' = 'json');
CREATE TABLE hole (id INT, g INT, v BIGINT, s STRING) WITH ('connector' = 'blackhole');
CREATE TABLE prt (id INT, g INT, v BIGINT, s STRING) WITH ('connector' = 'print');
CREATE TABLE csink (id INT, g INT, v BIGINT, s STRING) WITH ('connector' = 'kafka', 'topic' = 'b2p', 'properties.bootstrap.servers' = 'localhost:9092', 'format' = 'debezium-json');
CREATE TABLE pg (id INT, g INT, v BIGINT, s STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://localhost:1/db', 'table-name' = 'cust');
CREATE TABLE wmk (ms BIGINT, b STRING, n INT, ts3 AS TO_TIMESTAMP_LTZ(ms,3), pt AS PROCTIME(), WATERMARK FOR ts3 AS ts3 - INTERVAL '5' SECOND) WITH ('connector' = 'kafka','topic' = 'wmk_expl','properties.bootstrap.servers' = 'localhost:9092','scan.startup.mode' = 'earliest-offset','format' = 'json');
CREATE TABLE wmk2 (b STRING, s STRING, ev TIMESTAMP(3) METADATA FROM 'timestamp', ts AS TO_TIMESTAMP(s), x AS UPPER(b), WATERMARK FOR ts AS ts) WITH ('connector' = 'kafka','topic' = 'wmk_expl','properties.bootstrap.servers' = 'localhost:9092','scan.startup.mode' = 'earliest-offset','format' = 'json');
CREATE TABLE wmk3 (b STRING, ev TIMESTAMP_LTZ(3) METADATA FROM 'timestamp', x AS UPPER(b), WATERMARK FOR ev AS ev - INTERVAL '1' SECOND) WITH ('connector' = 'kafka','topic' = 'wmk_expl','properties.bootstrap.servers' = 'localhost:9092','scan.startup.mode' = 'earliest-offset','format' = 'json');
CREATE TABLE wmk4 (b STRING, r ROW<t TIMESTAMP(3), z INT>, ts AS r.t, WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'kafka','topic' = 'wmk_expl','properties.bootstrap.servers' = 'localhost:9092','scan.startup.mode' = 'earliest-offset','format' = 'json');
CREATE TABLE wmk5 (b STRING, t TIMESTAMP(3), pt AS PROCTIME(), WATERMARK FOR t AS t - INTERVAL '1' SECOND) WITH ('connector' = 'kafka','topic' = 'wmk_expl','properties.bootstrap.servers' = 'localhost:9092','scan.startup.mode' = 'earliest-offset','format' = 'json');
CREATE TABLE wmu (id INT, b STRING, s STRING, ts AS TO_TIMESTAMP(s), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'upsert-kafka','topic' = 'wmk_expl','properties.bootstrap.servers' = 'localhost:9092','key.format' = 'json','value.format' = 'json');
