import type { RuntimeEnvironment } from './engine.ts';
import { JobRegistry } from './jobs.ts';
import { Session } from './session.ts';

/** A little of what most first statements need: a source with a watermark, a filter, calculations, a window, an aggregate, a sink. */
const STATEMENTS = [
  `CREATE TEMPORARY TABLE events (id BIGINT, name STRING, amount DOUBLE, at_time TIMESTAMP(3), WATERMARK FOR at_time AS at_time)
   WITH ('connector' = 'datagen', 'number-of-rows' = '3000', 'rows-per-second' = '1000000', 'fields.id.max' = '100')`,
  "CREATE TEMPORARY TABLE hole (id BIGINT, name STRING, n BIGINT, total DOUBLE) WITH ('connector' = 'blackhole')",
  `INSERT INTO hole SELECT id, MAX(UPPER(name)), COUNT(*), SUM(amount * 2) FROM events WHERE amount > 0 AND name IS NOT NULL GROUP BY id`,
  `INSERT INTO hole SELECT id, CAST(window_end AS STRING), COUNT(*), MAX(amount)
   FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(at_time), INTERVAL '1' SECOND)) GROUP BY id, window_start, window_end`,
];

/**
 * Runs a few small jobs that nobody sees, so that the code of the first job of a user is loaded and partly compiled. Takes about a tenth of
 * a second of CPU time, in turns of the event loop; ends before the next statement when `stop` says so.
 */
export async function practice(environment: RuntimeEnvironment, stop: () => boolean): Promise<void> {
  const nobody = { ...environment, print: () => undefined, notice: () => undefined };
  const session = new Session({ 'table.local-time-zone': 'UTC', 'table.dml-sync': 'true' }, nobody, new JobRegistry());
  try {
    for (const statement of STATEMENTS) {
      if (stop()) return;
      await session.submit(statement).outcome();
    }
  } finally {
    await session.close();
  }
}
