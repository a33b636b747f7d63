-- @setup
CREATE TABLE k (id INT, v STRING) WITH ('connector' = 'kafka', 'topic' = 't', 'properties.bootstrap.servers' = 'localhost:9092', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE u (id INT, v STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 't', 'properties.bootstrap.servers' = 'localhost:9092', 'key.format' = 'json', 'value.format' = 'json');
CREATE TABLE f (id INT, v STRING) WITH ('connector' = 'filesystem', 'path' = '/tmp/oracle-nowhere', 'format' = 'csv');
CREATE TABLE d (id INT, v STRING, ts TIMESTAMP(3)) WITH ('connector' = 'datagen');
CREATE TABLE p (id INT, v STRING) WITH ('connector' = 'print');
CREATE TABLE b (id INT, v STRING) WITH ('connector' = 'blackhole');
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('scan.startup.mode'='sometimes') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('scan.startup.mode'='timestamp') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('scan.startup.mode'='specific-offsets') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('scan.startup.mode'='specific-offsets', 'scan.startup.specific-offsets'='x') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('scan.startup.mode'='specific-offsets', 'scan.startup.specific-offsets'='partition:0,offset:1') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('scan.startup.mode'='timestamp', 'scan.startup.timestamp-millis'='abc') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('scan.bounded.mode'='never') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('scan.bounded.mode'='timestamp') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('scan.bounded.mode'='specific-offsets') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('format'='nope') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('key.format'='json') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('key.fields'='id') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('key.format'='json', 'key.fields'='id;nope') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('key.format'='json', 'key.fields'='id', 'key.fields-prefix'='k_') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('key.format'='json', 'key.fields'='id', 'value.fields-include'='EXCEPT_KEY') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('value.fields-include'='SOMETIMES') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('topic-pattern'='x.*') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('nope'='1') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('json.nope'='1') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('json.ignore-parse-errors'='maybe') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('json.timestamp-format.standard'='XYZ') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('json.fail-on-missing-field'='true', 'json.ignore-parse-errors'='true') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('json.map-null-key.mode'='nope') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('json.encode.decimal-as-plain-number'='7') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('scan.topic-partition-discovery.interval'='abc') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('scan.watermark.idle-timeout'='x') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('scan.watermark.emit.strategy'='never') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('format'='debezium-json', 'debezium-json.schema-include'='maybe') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('format'='csv', 'csv.field-delimiter'='ab') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('format'='csv', 'csv.nope'='1') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('format'='csv', 'csv.quote-character'='ab') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('format'='csv', 'csv.disable-quote-character'='true', 'csv.quote-character'='x') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('format'='raw') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('format'='canal-json', 'canal-json.nope'='1') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('format'='maxwell-json', 'maxwell-json.ignore-parse-errors'='zz') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('format'='ogg-json', 'ogg-json.timestamp-format.standard'='q') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('properties.group.id'='') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('scan.parallelism'='0') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('scan.parallelism'='x') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('sink.partitioner'='nope') */
;;
EXPLAIN SELECT * FROM k /*+ OPTIONS('scan.startup.mode'='group-offsets') */
;;
EXPLAIN SELECT * FROM u /*+ OPTIONS('key.format'='nope') */
;;
EXPLAIN SELECT * FROM u /*+ OPTIONS('value.format'='debezium-json') */
;;
EXPLAIN SELECT * FROM u /*+ OPTIONS('nope'='1') */
;;
EXPLAIN SELECT * FROM u /*+ OPTIONS('format'='json') */
;;
EXPLAIN SELECT * FROM u /*+ OPTIONS('key.json.nope'='1') */
;;
EXPLAIN SELECT * FROM u /*+ OPTIONS('value.json.ignore-parse-errors'='maybe') */
;;
EXPLAIN SELECT * FROM u /*+ OPTIONS('key.fields-prefix'='k_') */
;;
EXPLAIN SELECT * FROM u /*+ OPTIONS('value.fields-include'='EXCEPT_KEY') */
;;
EXPLAIN SELECT * FROM u /*+ OPTIONS('value.fields-include'='X') */
;;
EXPLAIN SELECT * FROM u /*+ OPTIONS('scan.startup.mode'='earliest-offset') */
;;
EXPLAIN SELECT * FROM u /*+ OPTIONS('scan.bounded.mode'='x') */
;;
EXPLAIN SELECT * FROM u /*+ OPTIONS('scan.parallelism'='x') */
;;
EXPLAIN SELECT * FROM f /*+ OPTIONS('format'='nope') */
;;
EXPLAIN SELECT * FROM f /*+ OPTIONS('format'='raw') */
;;
EXPLAIN SELECT * FROM f /*+ OPTIONS('nope'='1') */
;;
EXPLAIN SELECT * FROM f /*+ OPTIONS('csv.nope'='1') */
;;
EXPLAIN SELECT * FROM f /*+ OPTIONS('source.monitor-interval'='x') */
;;
EXPLAIN SELECT * FROM f /*+ OPTIONS('source.monitor-interval'='0s') */
;;
EXPLAIN SELECT * FROM f /*+ OPTIONS('csv.field-delimiter'='ab') */
;;
EXPLAIN SELECT * FROM f /*+ OPTIONS('csv.ignore-parse-errors'='x') */
;;
EXPLAIN SELECT * FROM f /*+ OPTIONS('source.report-statistics'='x') */
;;
EXPLAIN SELECT * FROM f /*+ OPTIONS('source.path.regex-pattern'='[') */
;;
EXPLAIN SELECT * FROM f /*+ OPTIONS('partition.default-name'='x') */
;;
EXPLAIN SELECT * FROM f /*+ OPTIONS('sink.rolling-policy.file-size'='x') */
;;
EXPLAIN SELECT * FROM f /*+ OPTIONS('auto-compaction'='x') */
;;
EXPLAIN SELECT * FROM d /*+ OPTIONS('rows-per-second'='x') */
;;
EXPLAIN SELECT * FROM d /*+ OPTIONS('rows-per-second'='0') */
;;
EXPLAIN SELECT * FROM d /*+ OPTIONS('rows-per-second'='-1') */
;;
EXPLAIN SELECT * FROM d /*+ OPTIONS('number-of-rows'='x') */
;;
EXPLAIN SELECT * FROM d /*+ OPTIONS('nope'='1') */
;;
EXPLAIN SELECT * FROM d /*+ OPTIONS('fields.id.kind'='nope') */
;;
EXPLAIN SELECT * FROM d /*+ OPTIONS('fields.id.kind'='sequence') */
;;
EXPLAIN SELECT * FROM d /*+ OPTIONS('fields.id.kind'='sequence', 'fields.id.start'='1') */
;;
EXPLAIN SELECT * FROM d /*+ OPTIONS('fields.id.kind'='sequence', 'fields.id.start'='1', 'fields.id.end'='x') */
;;
EXPLAIN SELECT * FROM d /*+ OPTIONS('fields.id.min'='x') */
;;
EXPLAIN SELECT * FROM d /*+ OPTIONS('fields.id.min'='5', 'fields.id.max'='1') */
;;
EXPLAIN SELECT * FROM d /*+ OPTIONS('fields.nope.kind'='random') */
;;
EXPLAIN SELECT * FROM d /*+ OPTIONS('fields.v.length'='x') */
;;
EXPLAIN SELECT * FROM d /*+ OPTIONS('fields.v.length'='-1') */
;;
EXPLAIN SELECT * FROM d /*+ OPTIONS('fields.id.null-rate'='2') */
;;
EXPLAIN SELECT * FROM d /*+ OPTIONS('fields.id.nope'='1') */
;;
EXPLAIN SELECT * FROM d /*+ OPTIONS('fields.v.kind'='sequence', 'fields.v.start'='1', 'fields.v.end'='3') */
;;
EXPLAIN SELECT * FROM d /*+ OPTIONS('fields.ts.max-past'='x') */
;;
EXPLAIN SELECT * FROM d /*+ OPTIONS('fields.v.var-len'='maybe') */
;;
EXPLAIN SELECT * FROM d /*+ OPTIONS('scan.parallelism'='x') */
;;
EXPLAIN INSERT INTO k /*+ OPTIONS('sink.partitioner'='nope') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO k /*+ OPTIONS('sink.partitioner'='round-robin', 'key.format'='json', 'key.fields'='id') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO k /*+ OPTIONS('sink.delivery-guarantee'='sometimes') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO k /*+ OPTIONS('sink.delivery-guarantee'='exactly-once') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO k /*+ OPTIONS('sink.semantic'='exactly-once') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO k /*+ OPTIONS('sink.parallelism'='-1') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO k /*+ OPTIONS('format'='debezium-json', 'debezium-json.schema-include'='true') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO k /*+ OPTIONS('json.timestamp-format.standard'='XYZ') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO u /*+ OPTIONS('sink.buffer-flush.max-rows'='x') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO u /*+ OPTIONS('sink.buffer-flush.max-rows'='10') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO u /*+ OPTIONS('sink.buffer-flush.interval'='x') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO u /*+ OPTIONS('sink.buffer-flush.max-rows'='10', 'sink.buffer-flush.interval'='1s') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO u /*+ OPTIONS('sink.delivery-guarantee'='exactly-once') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO f /*+ OPTIONS('sink.rolling-policy.file-size'='x') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO f /*+ OPTIONS('sink.rolling-policy.rollover-interval'='x') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO f /*+ OPTIONS('sink.rolling-policy.check-interval'='x') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO f /*+ OPTIONS('auto-compaction'='x') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO f /*+ OPTIONS('sink.partition-commit.trigger'='x') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO f /*+ OPTIONS('sink.partition-commit.delay'='x') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO f /*+ OPTIONS('sink.shuffle-by-partition.enable'='x') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO f /*+ OPTIONS('sink.parallelism'='x') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO f /*+ OPTIONS('compaction.file-size'='x') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO f /*+ OPTIONS('nope'='1') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO p /*+ OPTIONS('nope'='1') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO p /*+ OPTIONS('standard-error'='maybe') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO p /*+ OPTIONS('print-identifier'='') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO p /*+ OPTIONS('sink.parallelism'='x') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO b /*+ OPTIONS('nope'='1') */ SELECT 1, 'a'
;;
EXPLAIN INSERT INTO b /*+ OPTIONS('sink.parallelism'='1') */ SELECT 1, 'a'
;;
CREATE TABLE nc (a INT)
