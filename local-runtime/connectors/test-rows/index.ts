import type { Batch } from '../../batch/batch.ts';
import { validation } from '../../errors.ts';
import type { Connector, ConnectorEnvironment } from '../connector.ts';
import { checkOptions } from '../options.ts';
import { TestLookup } from './lookup.ts';
import { TestRowsReader } from './reader.ts';
import type { Timeline } from './timeline.ts';

export const TEST_ROWS = 'millrace-test';

/** What a SQL test gives to the tables of a job and takes from them. */
export interface TestTables {
  readonly timeline: Timeline;
  /** Takes what a job writes to a table. */
  written(table: string, batch: Batch): void;
}

const nothing = () => Promise.resolve();

function tablesOf(env: ConnectorEnvironment): TestTables {
  if (env.tests) return env.tests;
  throw validation(`The connector '${TEST_ROWS}' stands for the tables of a SQL test and works nowhere else.`);
}

/** A test's job has the test's tables only: what it reads is written in the test, and nothing leaves it. */
export function refuseInTest({ tests }: ConnectorEnvironment, connector: string, table: string): void {
  if (!tests || connector === TEST_ROWS) return;
  throw validation(`The test uses table '${table}' without giving it: add -- @given ${table}`);
}

/**
 * `connector = 'millrace-test'`: the table of a SQL test, by its name. `changes = 'true'` where its rows are more than inserts. It makes
 * its watermarks itself, after each row, so that what is late does not depend on how fast a machine is.
 */
export const testRows: Connector = {
  identifier: TEST_ROWS,
  sourceTraits(options) {
    checkOptions(TEST_ROWS, options, { required: ['table'], optional: ['changes'] });
    return {
      changelog: options.changes === 'true' ? 'all' : 'insert-only',
      bounded: true,
      watermarkPushDown: true,
      projectionPushDown: true,
      metadata: {},
      lookup: true,
    };
  },
  sinkTraits(options) {
    checkOptions(TEST_ROWS, options, { required: ['table'], optional: ['changes'] });
    return { accepts: 'all', metadata: {} };
  },
  async openSource(request) {
    return new TestRowsReader(request, tablesOf(request.env).timeline, request.options.table as string);
  },
  async openLookup(request) {
    return new TestLookup(request, tablesOf(request.env).timeline, request.options.table as string);
  },
  async openSink({ env, options }) {
    const tests = tablesOf(env);
    return {
      async write(batch) {
        tests.written(options.table as string, batch);
      },
      flush: nothing,
      commit: nothing,
      close: nothing,
    };
  },
};
