import {
  type Api,
  array,
  bool,
  int8,
  int16,
  int32,
  int64,
  nullableArray,
  nullableText,
  since,
  struct,
  text,
  uuid,
  type ValueOf,
} from './wire.ts';

/* Requests about topics, in versions that brokers from 2.3 to 4.x know. */

const NO_ID = '00000000-0000-0000-0000-000000000000';

const api = <Q, A>(of: Api<Q, A>): Api<Q, A> => of;

export const metadataApi = api({
  name: 'Metadata',
  key: 3,
  versions: [7, 12],
  flexibleFrom: 9,
  request: struct({
    /** null: all. */
    topics: nullableArray(struct({ id: since(10, uuid, NO_ID), name: text })),
    isCreating: bool,
    withClusterOperations: since(8, bool, false, 10),
    withTopicOperations: since(8, bool, false),
  }),
  response: struct({
    throttleMs: int32,
    brokers: array(struct({ id: int32, host: text, port: int32, rack: nullableText })),
    clusterId: nullableText,
    controller: int32,
    topics: array(
      struct({
        errorCode: int16,
        name: text,
        id: since(10, uuid, NO_ID),
        isInternal: bool,
        partitions: array(
          struct({
            errorCode: int16,
            partition: int32,
            leader: int32,
            leaderEpoch: int32,
            replicas: array(int32),
            inSync: array(int32),
            offline: array(int32),
          }),
        ),
        operations: since(8, int32, 0),
      }),
    ),
    clusterOperations: since(8, int32, 0, 10),
  }),
});

export type Metadata = ValueOf<typeof metadataApi.response>;

export const TOPIC = 2;
export const BROKER = 4;

export const describeConfigsApi = api({
  name: 'DescribeConfigs',
  key: 32,
  versions: [1, 3],
  request: struct({
    resources: array(struct({ type: int8, name: text, keys: nullableArray(text) })),
    withSynonyms: bool,
    withDocumentation: since(3, bool, false),
  }),
  response: struct({
    throttleMs: int32,
    results: array(
      struct({
        errorCode: int16,
        errorMessage: nullableText,
        type: int8,
        name: text,
        configs: array(
          struct({
            name: text,
            value: nullableText,
            isReadOnly: bool,
            source: int8,
            isSensitive: bool,
            synonyms: array(struct({ name: text, value: nullableText, source: int8 })),
            type: since(3, int8, 0),
            documentation: since(3, nullableText, null),
          }),
        ),
      }),
    ),
  }),
});

export type ConfigEntry = ValueOf<typeof describeConfigsApi.response>['results'][number]['configs'][number];

export const SET = 0;
export const DELETE = 1;

export const incrementalAlterConfigsApi = api({
  name: 'IncrementalAlterConfigs',
  key: 44,
  versions: [0, 0],
  request: struct({
    resources: array(
      struct({
        type: int8,
        name: text,
        configs: array(struct({ name: text, operation: int8, value: nullableText })),
      }),
    ),
    isDryRun: bool,
  }),
  response: struct({
    throttleMs: int32,
    responses: array(struct({ errorCode: int16, errorMessage: nullableText, type: int8, name: text })),
  }),
});

export const createTopicsApi = api({
  name: 'CreateTopics',
  key: 19,
  versions: [2, 4],
  request: struct({
    topics: array(
      struct({
        name: text,
        partitions: int32,
        replicas: int16,
        assignments: array(struct({ partition: int32, brokers: array(int32) })),
        configs: array(struct({ name: text, value: nullableText })),
      }),
    ),
    timeoutMs: int32,
    isDryRun: bool,
  }),
  response: struct({
    throttleMs: int32,
    topics: array(struct({ name: text, errorCode: int16, errorMessage: nullableText })),
  }),
});

export const deleteTopicsApi = api({
  name: 'DeleteTopics',
  key: 20,
  versions: [1, 3],
  request: struct({ names: array(text), timeoutMs: int32 }),
  response: struct({ throttleMs: int32, topics: array(struct({ name: text, errorCode: int16 })) }),
});

export const createPartitionsApi = api({
  name: 'CreatePartitions',
  key: 37,
  versions: [0, 1],
  request: struct({
    topics: array(struct({ name: text, total: int32, assignments: nullableArray(struct({ brokers: array(int32) })) })),
    timeoutMs: int32,
    isDryRun: bool,
  }),
  response: struct({
    throttleMs: int32,
    topics: array(struct({ name: text, errorCode: int16, errorMessage: nullableText })),
  }),
});

export const deleteRecordsApi = api({
  name: 'DeleteRecords',
  key: 21,
  versions: [0, 1],
  request: struct({
    topics: array(struct({ name: text, partitions: array(struct({ partition: int32, offset: int64 })) })),
    timeoutMs: int32,
  }),
  response: struct({
    throttleMs: int32,
    topics: array(
      struct({
        name: text,
        partitions: array(struct({ partition: int32, earliest: int64, errorCode: int16 })),
      }),
    ),
  }),
});

export const describeLogDirsApi = api({
  name: 'DescribeLogDirs',
  key: 35,
  versions: [0, 1],
  /** null: all. */
  request: struct({ topics: nullableArray(struct({ name: text, partitions: array(int32) })) }),
  response: struct({
    throttleMs: int32,
    results: array(
      struct({
        errorCode: int16,
        folder: text,
        topics: array(
          struct({
            name: text,
            partitions: array(struct({ partition: int32, bytes: int64, lag: int64, isFuture: bool })),
          }),
        ),
      }),
    ),
  }),
});

export const LATEST = -1n;
export const EARLIEST = -2n;

export const listOffsetsApi = api({
  name: 'ListOffsets',
  key: 2,
  versions: [2, 5],
  request: struct({
    replica: int32,
    isolation: int8,
    topics: array(
      struct({
        name: text,
        partitions: array(struct({ partition: int32, leaderEpoch: since(4, int32, -1), timestamp: int64 })),
      }),
    ),
  }),
  response: struct({
    throttleMs: int32,
    topics: array(
      struct({
        name: text,
        partitions: array(
          struct({
            partition: int32,
            errorCode: int16,
            timestamp: int64,
            offset: int64,
            leaderEpoch: since(4, int32, -1),
          }),
        ),
      }),
    ),
  }),
});
