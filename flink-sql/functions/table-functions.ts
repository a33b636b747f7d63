import { castTypes } from './cast-types.ts';
import { define } from './define.ts';

const none = () => undefined;
const table = { kind: 'table' } as const;
const process = { kind: 'process', inference: 'none' } as const;

/** Functions that give tables; the query binder binds them itself, these entries are for help and completion. */
export const tableFunctions = [
  ...define('table', 'flink', castTypes, [
    [
      'TUMBLE',
      [
        'data TABLE, timecol DESCRIPTOR, size DATETIME_INTERVAL',
        'data TABLE, timecol DESCRIPTOR, size DATETIME_INTERVAL, offset DATETIME_INTERVAL',
      ],
      none,
      'Assigns each row to one window of a fixed size.',
      {
        ...table,
        example: "TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '10' MINUTES)",
      },
    ],
    [
      'HOP',
      [
        'data TABLE, timecol DESCRIPTOR, slide DATETIME_INTERVAL, size DATETIME_INTERVAL',
        'data TABLE, timecol DESCRIPTOR, slide DATETIME_INTERVAL, size DATETIME_INTERVAL, offset DATETIME_INTERVAL',
      ],
      none,
      'Assigns each row to all windows of a size that begin every slide.',
      {
        ...table,
        example: "HOP(TABLE orders, DESCRIPTOR(ts), INTERVAL '5' MINUTES, INTERVAL '10' MINUTES)",
      },
    ],
    [
      'CUMULATE',
      [
        'data TABLE, timecol DESCRIPTOR, step DATETIME_INTERVAL, size DATETIME_INTERVAL',
        'data TABLE, timecol DESCRIPTOR, step DATETIME_INTERVAL, size DATETIME_INTERVAL, offset DATETIME_INTERVAL',
      ],
      none,
      'Assigns each row to windows with one start that grow by a step up to a size.',
      {
        ...table,
        example: "CUMULATE(TABLE orders, DESCRIPTOR(ts), INTERVAL '2' MINUTES, INTERVAL '10' MINUTES)",
      },
    ],
    [
      'SESSION',
      'data TABLE, timecol DESCRIPTOR, gap DATETIME_INTERVAL',
      none,
      'Assigns rows to windows that end after a gap without rows.',
      {
        ...table,
        example: "SESSION(TABLE orders PARTITION BY user_id, DESCRIPTOR(ts), INTERVAL '5' MINUTES)",
      },
    ],
    ['UNNEST', 'collection ANY', none, 'One row an element of an array, multiset or map.', table],
  ]),
  ...define('model', 'flink', castTypes, [
    [
      'ML_PREDICT',
      ['input TABLE, model MODEL, args DESCRIPTOR', 'input TABLE, model MODEL, args DESCRIPTOR, config MAP'],
      none,
      'Rows with the output columns of a model.',
      { ...process, since: '2.1' },
    ],
    [
      'ML_EVALUATE',
      'input TABLE, model MODEL, label DESCRIPTOR, args DESCRIPTOR, task CHARACTER',
      none,
      'Metrics of a model over a table.',
      { ...process, since: '2.1' },
    ],
    [
      'VECTOR_SEARCH',
      'search_table TABLE, column_to_search DESCRIPTOR, column_to_query ARRAY, top_k INTEGER',
      none,
      'Nearest rows of a vector index.',
      { ...process, since: '2.2' },
    ],
  ]),
];
