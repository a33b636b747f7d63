import { expect, test } from 'vitest';
import { connectionsInCompose, connectionsInSql } from '../../topics/proposals.ts';

test('Kafka tables of SQL, each connection once', () => {
  const table = (bootstrap: string, more = '') =>
    `CREATE TABLE t (a INT) WITH ('connector' = 'kafka', 'properties.bootstrap.servers' = '${bootstrap}'${more});`;
  const url = `, 'value.avro-confluent.url' = 'http://localhost:8081'`;
  expect(
    connectionsInSql([
      { name: 'a.sql', text: `${table('localhost:9092')} SELECT 1; ${table('b:1, c:2', url)}` },
      { name: 'b.sql', text: `CREATE TABLE broken (; ${table('localhost:9092')} ${table(`\${KAFKA}`)}` },
      { name: 'c.sql', text: `SELECT 'bootstrap.servers'` },
    ]),
  ).toEqual([
    { bootstrap: 'localhost:9092', from: ['a.sql', 'b.sql'] },
    { bootstrap: 'b:1,c:2', registryUrl: 'http://localhost:8081', from: ['a.sql'] },
  ]);
});

const confluent = `
version: '3'
services:
  zookeeper:
    image: confluentinc/cp-zookeeper:7.5.0
    ports:
      - "2181:2181"
  broker:   # the one
    image: confluentinc/cp-kafka:7.5.0
    ports:
      - "9092:9092"
      - "29092:29092"
    environment:
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://broker:29092,PLAINTEXT_HOST://localhost:9092
  registry:
    image: confluentinc/cp-schema-registry:7.5.0
    ports: ["18081:8081"]
volumes:
  x:
    image: kafka
`;
const redpanda = `services:
    redpanda:
        image: docker.redpanda.com/redpandadata/redpanda:v24
        command:
            - redpanda start
            - --advertise-kafka-addr internal://redpanda:9092,external://localhost:19092
        ports:
            - 19092:19092
`;
const plain = `services:
  kafka:
    image: apache/kafka:4.0.0
    ports:
      - 127.0.0.1:9094:9092
  registry:
    image: apicurio/apicurio-registry:2.6
    ports:
      - 8085:8080
`;

test.each([
  ['Confluent', confluent, [{ bootstrap: 'localhost:9092', registryUrl: 'http://localhost:18081', from: ['x.yml'] }]],
  ['Redpanda', redpanda, [{ bootstrap: 'localhost:19092', from: ['x.yml'] }]],
  [
    'a published port',
    plain,
    [{ bootstrap: 'localhost:9094', registryUrl: 'http://localhost:8085/apis/ccompat/v7', from: ['x.yml'] }],
  ],
  ['not published', 'services:\n  kafka:\n    image: apache/kafka\n', []],
  ['no services', 'a: b', []],
])('docker-compose: %s', (_, text, expected) => {
  expect(connectionsInCompose([{ name: 'x.yml', text }])).toEqual(expected);
});
