import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GatewayClient } from '../../clients/sql-gateway/client.ts';
import type { Session } from '../../clients/sql-gateway/session.ts';
import type { Connection } from '../../extension/connections/connection.ts';
import { ResultHub } from '../../extension/notebook/result-hub.ts';
import { ResultStore } from '../../extension/results/result-store.ts';
import type { JobFigures } from '../../webviews/messages.ts';
import { edgesWithRates } from '../../webviews/results/plan-figures.ts';
import { verticesOf } from '../../webviews/results/plan-match.ts';
import { readPlan } from '../../webviews/results/plan-text.ts';
import { readWindow } from '../../webviews/results/row-window.ts';
import { eventually } from '../harness/job-protocol.ts';
import { missingFor, startFlink } from '../harness/services.ts';

const QUERY = `SELECT window_start, COUNT(*) AS c FROM TABLE(TUMBLE(TABLE figures_late, DESCRIPTOR(ts), INTERVAL '1' SECOND))
WHERE n > 3 GROUP BY window_start, window_end`;

describe.skipIf(missingFor('flink'))('figures of a result on a real Flink', { timeout: 180_000 }, () => {
  let flink: Awaited<ReturnType<typeof startFlink>>;
  let client: GatewayClient;
  let session: Session;

  beforeAll(async () => {
    flink = await startFlink();
    client = await GatewayClient.connect({ url: flink.gatewayUrl });
    session = await client.openSession();
  });
  afterAll(async () => {
    await session?.close().catch(() => undefined);
    client?.dispose();
    await flink?.stop();
  });

  async function textOf(statement: string): Promise<string> {
    let text = '';
    for await (const page of (await session.execute(statement)).results({ format: 'ARROW' })) {
      if (page.format === 'ARROW') text += readWindow(0, page.ipc).cells[0]?.(0) ?? '';
    }
    return text;
  }

  test('late rows, watermark and rates are told, and found in the plan', async () => {
    await textOf(`CREATE TEMPORARY TABLE figures_late (n INT,
      ts AS TO_TIMESTAMP_LTZ(CASE WHEN MOD(n, 10) = 9 THEN 0 ELSE 1700000000000 + n * 20 END, 3), WATERMARK FOR ts AS ts)
      WITH ('connector' = 'datagen', 'rows-per-second' = '500',
      'fields.n.kind' = 'sequence', 'fields.n.start' = '0', 'fields.n.end' = '1000000')`);
    const plan = readPlan(await textOf(`EXPLAIN CHANGELOG_MODE ${QUERY}`));
    if (!plan) throw new Error('no plan');
    const operation = await session.execute(QUERY);
    const store = new ResultStore({ id: 'r', title: 't', limit: 1000 });
    const told: JobFigures[] = [];
    const hub = new ResultHub<object>(
      (message) => {
        if (message.type === 'job') told.push(message.figures);
      },
      { exportRows: () => undefined, record: () => undefined, openJob: () => undefined, save: () => undefined },
    );
    const connection = {
      label: 'Flink',
      jobManager: async () => ({ url: flink.jobManagerUrl }),
    } as unknown as Connection;
    const stop = new AbortController();
    hub.add(store, { stop: () => stop.abort(), connection });
    hub.receive({ type: 'subscribe', id: 'r' }, {});
    const reading = (async () => {
      for await (const page of operation.results({ format: 'ARROW', signal: stop.signal })) {
        if (page.format === 'ARROW') store.add(page);
      }
    })().catch(() => undefined);
    const rate = (figures: JobFigures | undefined): boolean =>
      edgesWithRates(plan, verticesOf(plan, figures?.vertices ?? [])).some(
        ({ label }) => label?.includes('/s') === true,
      );
    const last = await eventually(
      async () => told.at(-1),
      (figures) => (figures?.lateRecords ?? 0) > 0 && typeof figures?.watermark === 'number' && rate(figures),
      150_000,
    );
    // Flink tells no size of state where there is no checkpoint.
    expect(last?.stateBytes).toBeNull();
    const found = verticesOf(plan, last?.vertices ?? []);
    expect(plan.nodes.filter(({ id }) => !found.has(id)).map(({ name }) => name)).toEqual([]);
    stop.abort();
    await operation.close();
    await reading;
    hub.dispose();
  });
});
