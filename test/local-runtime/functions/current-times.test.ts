import { describe, expect, it, test } from 'vitest';
import type { Rex, Value } from '../../../flink-sql/plan/rex.ts';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';
import { compileCalc, type ExprEnv } from '../../../local-runtime/codegen/index.ts';
import { batchOf, call, ref, rowsOf } from '../codegen/rex.ts';

const DATE = types.date(false);
const TIME = types.time(0, false);
const LOCAL = types.timestamp(3, false);
const INSTANT = types.timestampLtz(3, false);

const one = (rex: Rex, inputs: readonly LogicalType[], row: readonly Value[], env: ExprEnv): Value =>
  rowsOf(compileCalc([rex], null, inputs, env).run(batchOf(inputs, [row])))[0]?.[0] as Value;

/** What the clocks of a zone show at a moment: `date time`. */
function shownAt(iso: string, zone: string, queryStart?: string): string[] {
  const env: ExprEnv = {
    zone,
    clock: { now: () => Date.parse(iso) },
    options: {},
    ...(queryStart === undefined ? {} : { queryStart: Date.parse(queryStart) }),
  };
  const at = (fn: string, type: LogicalType): Value => one(call(fn, type), [types.int()], [1], env);
  const text = (ms: number): string => new Date(ms).toISOString().slice(0, -1);
  const local = at('LOCALTIMESTAMP', LOCAL) as { ms: number };
  const instant = at('CURRENT_TIMESTAMP', INSTANT) as { ms: number };
  return [
    text((at('CURRENT_DATE', DATE) as number) * 86_400_000).slice(0, 10),
    text(at('LOCALTIME', TIME) as number).slice(11),
    text(local.ms),
    text(instant.ms),
  ];
}

/** Days on which clocks change, and moments whose day is another one in the zone. */
test.each([
  ['2024-03-31T00:59:59.999Z', 'Europe/Berlin', '2024-03-31T01:59:59.999'],
  ['2024-03-31T01:00:00.000Z', 'Europe/Berlin', '2024-03-31T03:00:00.000'],
  ['2024-10-27T00:30:00.250Z', 'Europe/Berlin', '2024-10-27T02:30:00.250'],
  ['2024-10-27T01:30:00.250Z', 'Europe/Berlin', '2024-10-27T02:30:00.250'],
  ['2024-03-10T06:59:59.000Z', 'America/New_York', '2024-03-10T01:59:59.000'],
  ['2024-03-10T07:00:00.000Z', 'America/New_York', '2024-03-10T03:00:00.000'],
  ['2024-10-05T15:29:59.000Z', 'Australia/Lord_Howe', '2024-10-06T01:59:59.000'],
  ['2024-10-05T15:30:00.000Z', 'Australia/Lord_Howe', '2024-10-06T02:30:00.000'],
  ['2018-11-04T03:00:00.000Z', 'America/Sao_Paulo', '2018-11-04T01:00:00.000'],
  ['2011-12-30T10:00:00.000Z', 'Pacific/Apia', '2011-12-31T00:00:00.000'],
  ['2024-12-31T18:15:00.000Z', 'UTC+05:45', '2025-01-01T00:00:00.000'],
  ['1969-12-31T23:59:59.999Z', 'UTC', '1969-12-31T23:59:59.999'],
])('at %s the clocks of %s show %s', (moment, zone, local) => {
  const [day, time] = local.split('T');
  expect(shownAt(moment, zone)).toEqual([day, time, local, moment.slice(0, -1)]);
});

describe('in batch mode', () => {
  it('all clocks stand at the start of the query', () => {
    expect(shownAt('2024-10-27T05:00:00Z', 'Europe/Berlin', '2024-03-31T00:59:59.999Z')).toEqual([
      '2024-03-31',
      '01:59:59.999',
      '2024-03-31T01:59:59.999',
      '2024-03-31T00:59:59.999',
    ]);
  });
});

describe('CURRENT_WATERMARK', () => {
  const rowtime = types.timestampLtz(3, true, 'ROWTIME');
  const watermarkOf = (env: Partial<ExprEnv>): Value =>
    one(call('CURRENT_WATERMARK', types.timestampLtz(3), ref(0, rowtime)), [rowtime], [{ ms: 0, nanos: 0 }], {
      zone: 'Europe/Berlin',
      clock: Date,
      options: {},
      ...env,
    });

  it('is NULL without a watermark, before the first one and in batch mode', () => {
    expect(watermarkOf({})).toBe(null);
    expect(watermarkOf({ watermark: () => undefined })).toBe(null);
    expect(watermarkOf({ watermark: () => Number.NEGATIVE_INFINITY })).toBe(null);
  });

  it('is the watermark of its operator, whatever the session zone', () => {
    expect(watermarkOf({ watermark: () => Date.UTC(2024, 9, 27, 0, 59, 59, 999) })).toEqual({
      ms: Date.UTC(2024, 9, 27, 0, 59, 59, 999),
      nanos: 0,
    });
  });
});
