import { types } from '../types/logical-type.ts';
import { castTypes } from './cast-types.ts';
import { define } from './define.ts';
import { argument, notNull, nullable, returns } from './results.ts';

const string = nullable(types.string());

export const temporalFunctions = [
  ...define('temporal', 'calcite', castTypes, [
    [
      'CURRENT_DATE',
      '',
      notNull(types.date()),
      'Date at which the row is processed, in the session time zone.',
      { deterministic: false, niladic: true },
    ],
    [
      'CURRENT_TIME',
      '',
      notNull(types.time(0)),
      'Time of day at which the row is processed.',
      { deterministic: false, niladic: true, id: 'LOCALTIME' },
    ],
    [
      'LOCALTIME',
      '',
      notNull(types.time(0)),
      'Time of day at which the row is processed.',
      { deterministic: false, niladic: true },
    ],
    [
      'CURRENT_TIMESTAMP',
      '',
      notNull(types.timestampLtz(3)),
      'Time at which the row is processed.',
      { deterministic: false, niladic: true },
    ],
    [
      'LOCALTIMESTAMP',
      '',
      notNull(types.timestamp(3)),
      'Time at which the row is processed, in the session time zone.',
      { deterministic: false, niladic: true },
    ],
    [
      'NOW',
      '',
      notNull(types.timestampLtz(3)),
      'Time at which the row is processed.',
      { deterministic: false, id: 'CURRENT_TIMESTAMP' },
    ],
    [
      'CURRENT_ROW_TIMESTAMP',
      '',
      notNull(types.timestampLtz(3)),
      'Time at which the row is processed, in batch mode too.',
      { deterministic: false },
    ],
    [
      'PROCTIME',
      '',
      () => types.timestampLtz(3, false, 'PROCTIME'),
      'The processing time attribute.',
      { deterministic: false },
    ],
    [
      'DATE_FORMAT',
      ['timestamp TIMESTAMP, format CHARACTER', 'timestamp CHARACTER, format CHARACTER'],
      string,
      "A timestamp as text in a pattern of Java's DateTimeFormatter.",
      {
        example: "DATE_FORMAT(ts, 'yyyy-MM-dd')",
      },
    ],
    ['TO_DATE', ['str CHARACTER', 'str CHARACTER, format CHARACTER'], nullable(types.date()), 'A date read from text.'],
    [
      'TO_TIMESTAMP',
      ['str CHARACTER', 'str CHARACTER, format CHARACTER'],
      nullable(types.timestamp(3)),
      'A timestamp read from text.',
    ],
    [
      'FROM_UNIXTIME',
      ['seconds INTEGER:BIGINT', 'seconds INTEGER:BIGINT, format CHARACTER'],
      string,
      'Seconds since 1970 as text in the session time zone.',
    ],
    [
      'UNIX_TIMESTAMP',
      ['', 'str CHARACTER', 'str CHARACTER, format CHARACTER'],
      returns(types.bigint()),
      'Seconds since 1970, now or of a text.',
      { deterministic: false },
    ],
    [
      'CONVERT_TZ',
      'str CHARACTER, from CHARACTER, to CHARACTER',
      string,
      'A timestamp text moved from one time zone to another.',
    ],
    [
      'TIMESTAMPADD',
      'unit ANY, n INTEGER, x DATETIME',
      argument(2),
      'A date or time with a number of units added.',
      { example: 'TIMESTAMPADD(DAY, 1, d)' },
    ],
    [
      'TIMESTAMPDIFF',
      'unit ANY, from DATETIME, to DATETIME',
      returns(types.int()),
      'Whole units from one date or time to another.',
    ],
    [
      'EXTRACT',
      ['unit DATETIME_INTERVAL, x DATETIME_INTERVAL', 'unit DATETIME_INTERVAL, x DATETIME'],
      returns(types.bigint()),
      'One field of a date, time or interval.',
      {
        forms: [
          "'EXTRACT(<DATETIME_INTERVAL> FROM <DATETIME_INTERVAL>)'",
          "'EXTRACT(<DATETIME_INTERVAL> FROM <DATETIME>)'",
        ],
        example: 'EXTRACT(YEAR FROM d)',
      },
    ],
    ...(
      [
        ['YEAR', 'The year'],
        ['QUARTER', 'The quarter, 1 to 4'],
        ['MONTH', 'The month, 1 to 12'],
        ['WEEK', 'The ISO week of the year'],
        ['DAYOFYEAR', 'The day of the year, 1 to 366'],
        ['DAYOFMONTH', 'The day of the month, 1 to 31'],
        ['DAYOFWEEK', 'The day of the week, 1 is Sunday'],
        ['HOUR', 'The hour, 0 to 23'],
        ['MINUTE', 'The minute, 0 to 59'],
        ['SECOND', 'The second, 0 to 59'],
      ] as const
    ).map(([name, doc]) => [name, 'x ANY', returns(types.bigint()), `${doc} of a date or time.`] as const),
    ['CURRENT_DATABASE', '', notNull(types.string()), 'Name of the current database.', { deterministic: false }],
  ]),
  ...define('temporal', 'flink', castTypes, [
    [
      'TO_TIMESTAMP_LTZ',
      [
        ' CHARACTER_STRING',
        ' CHARACTER_STRING,  CHARACTER_STRING',
        ' CHARACTER_STRING,  CHARACTER_STRING,  CHARACTER_STRING',
        ' NUMERIC',
        ' NUMERIC,  INTEGER_NUMERIC:INT',
      ],
      nullable(types.timestampLtz(3)),
      'A point in time from a number of seconds (precision 0) or milliseconds (precision 3), or from text.',
      {
        example: 'TO_TIMESTAMP_LTZ(1700000000123, 3)',
      },
    ],
    [
      'CURRENT_WATERMARK',
      ' TIMESTAMP',
      (call) => {
        const type = call.types[0];
        return type && 'precision' in type && 'attribute' in type
          ? type.root === 'TIMESTAMP_WITHOUT_TIME_ZONE'
            ? types.timestamp(type.precision)
            : types.timestampLtz((type as { precision: number }).precision)
          : undefined;
      },
      'The watermark of a rowtime column at this operator, NULL before the first.',
      {
        deterministic: false,
        refuse: (call) => {
          const type = call.types[0];
          if (type && 'attribute' in type && type.attribute === 'ROWTIME') return undefined;
          return type?.root.startsWith('TIMESTAMP')
            ? "The argument of CURRENT_WATERMARK() must be a rowtime attribute, but was '%s'."
            : "CURRENT_WATERMARK() must be called with a single rowtime attribute argument, but '%s' cannot be a time attribute.";
        },
      },
    ],
    [
      'SOURCE_WATERMARK',
      '',
      nullable(types.timestampLtz(3)),
      "Stands for the source's own watermark in a WATERMARK clause.",
      { deterministic: false },
    ],
  ]),
];
