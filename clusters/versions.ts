/** A connector or format that a cluster can have, as jars by coordinate. */
export interface ClusterConnector {
  readonly id: string;
  readonly title: string;
  /** `group:artifact:version`. */
  readonly artifacts: readonly string[];
}

/** A version of Flink that can be installed, with what fits it. */
export interface FlinkVersion {
  readonly version: string;
  /** Of the SQL Gateway's jar. */
  readonly gateway: string;
  /** The oldest Java that runs it. */
  readonly java: number;
  /** Flink's own image of Docker. */
  readonly image: string;
  readonly connectors: readonly ClusterConnector[];
}

const POSTGRES = 'org.postgresql:postgresql:42.7.14';

/** Pinned versions, the newest first. Connectors are released apart from Flink: each names the versions that it is built for. */
export const FLINK_VERSIONS: readonly FlinkVersion[] = [
  {
    version: '2.2.1',
    gateway: '2.2.1',
    java: 17,
    image: 'flink:2.2.1-java17',
    connectors: [
      { id: 'kafka', title: 'Kafka', artifacts: ['org.apache.flink:flink-sql-connector-kafka:5.0.0-2.2'] },
      {
        id: 'jdbc-postgres',
        title: 'JDBC with PostgreSQL',
        artifacts: [
          'org.apache.flink:flink-connector-jdbc-core:4.0.0-2.0',
          'org.apache.flink:flink-connector-jdbc-postgres:4.0.0-2.0',
          POSTGRES,
        ],
      },
      {
        id: 'avro-confluent',
        title: 'Avro with a schema registry',
        artifacts: ['org.apache.flink:flink-sql-avro-confluent-registry:2.2.0'],
      },
    ],
  },
  {
    version: '1.20.3',
    gateway: '1.20.3',
    java: 11,
    image: 'flink:1.20.3-java17',
    connectors: [
      { id: 'kafka', title: 'Kafka', artifacts: ['org.apache.flink:flink-sql-connector-kafka:3.2.0-1.19'] },
      {
        id: 'jdbc-postgres',
        title: 'JDBC with PostgreSQL',
        artifacts: ['org.apache.flink:flink-connector-jdbc:3.3.0-1.20', POSTGRES],
      },
      {
        id: 'avro-confluent',
        title: 'Avro with a schema registry',
        artifacts: ['org.apache.flink:flink-sql-avro-confluent-registry:1.20.0'],
      },
    ],
  },
];

/** The pinned version of a number, `2.2` meaning its newest; undefined for one that is not pinned. */
export function flinkVersion(wanted: string): FlinkVersion | undefined {
  return FLINK_VERSIONS.find(({ version }) => version === wanted || version.startsWith(`${wanted}.`));
}
