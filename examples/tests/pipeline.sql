-- The pipeline that clicks.test.sql tests. Nothing here knows of the tests.
CREATE TABLE clicks (
  user_name STRING,
  url STRING,
  clicked_at TIMESTAMP(3),
  WATERMARK FOR clicked_at AS clicked_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'clicks',
  'properties.bootstrap.servers' = 'localhost:9092',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json'
);

CREATE TABLE users (
  user_name STRING,
  country STRING,
  PRIMARY KEY (user_name) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'users',
  'properties.bootstrap.servers' = 'localhost:9092',
  'key.format' = 'json',
  'value.format' = 'json'
);

CREATE TABLE clicks_per_country (
  window_start TIMESTAMP(3),
  country STRING,
  clicks BIGINT,
  PRIMARY KEY (window_start, country) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = 'jdbc:postgresql://localhost:5432/clicks',
  'table-name' = 'clicks_per_country'
);

CREATE VIEW clicks_per_minute AS
SELECT window_start, user_name, COUNT(*) AS clicks
FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(clicked_at), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, user_name;

INSERT INTO clicks_per_country
SELECT window_start, country, SUM(clicks) AS clicks
FROM clicks_per_minute AS c
JOIN users AS u ON c.user_name = u.user_name
GROUP BY window_start, country;
