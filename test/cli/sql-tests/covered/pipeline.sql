CREATE TABLE orders (
  id INT,
  customer INT,
  amount INT,
  state STRING,
  placed_at TIMESTAMP(3),
  WATERMARK FOR placed_at AS placed_at - INTERVAL '5' SECOND
) WITH ('connector' = 'datagen');

CREATE TABLE payments (
  order_id INT,
  paid_at TIMESTAMP(3),
  WATERMARK FOR paid_at AS paid_at
) WITH ('connector' = 'datagen');

CREATE TABLE customers (
  id INT,
  name STRING,
  PRIMARY KEY (id) NOT ENFORCED
) WITH ('connector' = 'datagen');

CREATE TABLE totals (
  name STRING,
  kind STRING,
  amount BIGINT
) WITH ('connector' = 'blackhole');

-- Nested CASE, conjuncts of a condition one of which is two to the planner.
CREATE VIEW sized AS
SELECT
  id, customer, amount, placed_at,
  CASE
    WHEN amount > 100 THEN CASE state WHEN 'new' THEN 'big new' ELSE 'big' END
    WHEN amount > 10 THEN 'middle'
    ELSE 'small'
  END AS kind
FROM orders
WHERE amount BETWEEN 1 AND CAST('${most}' AS INT) AND state <> 'gone' AND (customer IS NOT NULL);

-- A join whose sides are matched and not, and a CASE that GROUP BY and SELECT share.
INSERT INTO totals
SELECT c.name, CASE WHEN s.kind = 'small' THEN 'few' ELSE 'many' END, SUM(s.amount)
FROM sized AS s
LEFT JOIN customers AS c ON s.customer = c.id
GROUP BY c.name, CASE WHEN s.kind = 'small' THEN 'few' ELSE 'many' END
HAVING SUM(s.amount) > 5;

CREATE VIEW paid AS
SELECT o.id, p.paid_at
FROM orders AS o, payments AS p
WHERE o.id = p.order_id AND p.paid_at BETWEEN o.placed_at AND o.placed_at + INTERVAL '1' HOUR;

CREATE VIEW top_orders AS
SELECT id, amount
FROM (SELECT id, amount, ROW_NUMBER() OVER (ORDER BY amount DESC) AS place FROM orders)
WHERE place <= 2;

CREATE VIEW known AS
SELECT id FROM orders WHERE customer IN (SELECT id FROM customers);

CREATE VIEW per_hour AS
SELECT window_start, COUNT(*) AS orders
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(placed_at), INTERVAL '1' HOUR))
GROUP BY window_start, window_end;

CREATE VIEW never_used AS
SELECT CASE WHEN amount > 1 THEN 1 END AS c FROM orders;
