import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../../local-runtime/gateway/server.ts';
import { call, openSession, runStatement, testGateway } from './client.ts';

// Every answer here was compared with that of a Flink 2.2.1 gateway.
let gateway: Gateway;
beforeAll(async () => {
  gateway = await testGateway();
});
afterAll(() => gateway.close());

const NOBODY = '00000000-0000-0000-0000-000000000000';
const STRING = { type: 'VARCHAR', nullable: true, length: 2147483647 };

/** Class and message of each exception of a trace. */
function causes(errors: readonly string[]): string[] {
  return errors
    .join('\n')
    .split('\n')
    .filter((line) => /^(?:Caused by: )?(?:[\w$]+\.)+[\w$]+(?:Exception|Error)\b/.test(line))
    .map((line) => line.replace(/^Caused by: /, '').replace(/^(?:[a-z][\w$]*\.)+/, ''));
}

describe('endpoints', () => {
  it.each(['/info', '/v1/info', '/v4/info'])('GET %s', async (path) => {
    const { status, body, headers } = await call(gateway, 'GET', path);
    expect([status, body.productName, headers['content-type']]).toEqual([
      200,
      'Apache Flink',
      'application/json; charset=UTF-8',
    ]);
    expect(body.version).toMatch(/^2\.2\./);
  });

  it('names its versions', async () => {
    const { body } = await call(gateway, 'GET', '/api_versions');
    expect(body).toEqual({ versions: ['V1', 'V2', 'V3', 'V4'] });
  });

  it.each([
    ['GET', '/v9/info'],
    ['GET', '/nope'],
    ['POST', '/v2/info'],
    ['POST', `/v1/sessions/${NOBODY}/configure-session`],
  ])('%s %s is not found', async (method, path) => {
    const { status, body } = await call(gateway, method, path);
    expect([status, body]).toEqual([404, { errors: [`Not found: ${path}`] }]);
  });
});

describe('sessions', () => {
  it('opens with and without a body, tells properties, closes once', async () => {
    for (const body of [undefined, {}, { foo: 1 }]) {
      expect((await call(gateway, 'POST', '/v2/sessions', body)).body.sessionHandle).toMatch(/^[0-9a-f-]{36}$/);
    }
    const session = await openSession(gateway, { 'my.key': '1' });
    expect((await call(gateway, 'GET', session)).body.properties).toMatchObject({ 'my.key': '1' });
    expect((await call(gateway, 'POST', `${session}/heartbeat`)).text).toBe('{}');
    expect((await call(gateway, 'DELETE', session)).body).toEqual({ status: 'CLOSED' });
    const gone = await call(gateway, 'DELETE', session);
    expect(gone.status).toBe(500);
    expect(causes(gone.body.errors)).toEqual([
      'RestHandlerException: Failed to closeSession.',
      'SqlGatewayException: Failed to closeSession.',
      `SqlGatewayException: Session '${session.split('/').pop()}' does not exist.`,
    ]);
  });

  it('refuses what it cannot read', async () => {
    const bad = await call(gateway, 'POST', '/v2/sessions', '{bad');
    expect(bad.status).toBe(400);
    expect(bad.body.errors[0]).toContain('Request did not match expected format OpenSessionRequestBody.');
    const handle = await call(gateway, 'GET', '/v2/sessions/abc');
    expect(handle.status).toBe(400);
    expect(causes(handle.body.errors)[1]).toBe(
      'HandlerRequestException: Cannot resolve path parameter (session_handle) from value "abc".',
    );
  });

  it('tells of a session that is not there', async () => {
    const beat = await call(gateway, 'POST', `/v2/sessions/${NOBODY}/heartbeat`);
    expect(beat.status).toBe(500);
    const run = await call(gateway, 'POST', `/v2/sessions/${NOBODY}/statements`, { statement: 'SELECT 1' });
    expect(run.status).toBe(500);
    expect(run.body.errors[0]).toBe('Internal server error.');
    expect(run.body.errors[1]).toMatch(/^<Exception on server side:\n[\s\S]*\nEnd of exception on server side>$/);
    expect(causes(run.body.errors)).toEqual([
      'SqlGatewayException: Failed to execute statement.',
      `SqlGatewayException: Session '${NOBODY}' does not exist.`,
    ]);
  });

  it('configures by statements that configure, and by no others', async () => {
    const session = await openSession(gateway);
    const set = await call(gateway, 'POST', `${session}/configure-session`, { statement: "SET 'a.b' = 'c'" });
    expect([set.status, set.text]).toEqual([200, '{}']);
    expect((await call(gateway, 'GET', session)).body.properties['a.b']).toBe('c');
    const select = await call(gateway, 'POST', `${session}/configure-session`, { statement: 'SHOW TABLES' });
    expect(select.status).toBe(500);
    expect(causes(select.body.errors)).toEqual([
      'SqlGatewayException: Failed to configure session.',
      expect.stringMatching(/^SqlExecutionException: Failed to execute the operation [0-9a-f-]{36}\.$/),
      'UnsupportedOperationException: Unsupported statement for configuring session: SHOW TABLES',
    ]);
  });

  it.each([
    ['SELECT * FROM def', ['default_catalog', 'default_catalog.default_database']],
    ['SELECT * FROM t_', ['t_1']],
    ['SHOW CATA', ['CATALOGS']],
    ['SHOW TABLES ', ['FROM', 'IN', 'LIKE', 'NOT']],
  ])('completes %j', async (statement, expected) => {
    const session = await openSession(gateway);
    await runStatement(gateway, session, "CREATE TABLE t_1 (a INT) WITH ('connector' = 'datagen')");
    const body = { statement, position: statement.length };
    const { candidates } = (await call(gateway, 'GET', `${session}/complete-statement`, body)).body;
    expect(candidates.filter((each: string) => /\w/.test(each))).toEqual(expected);
  });
});

describe('statements', () => {
  it('answers DDL with OK, then the end', async () => {
    const session = await openSession(gateway);
    const { pages, path } = await runStatement(
      gateway,
      session,
      "CREATE TABLE t (a INT) WITH ('connector' = 'datagen')",
    );
    const columns = [{ name: 'result', logicalType: STRING, comment: null }];
    const head = { isQueryResult: false, resultKind: 'SUCCESS' };
    expect(pages.map((page) => page.body)).toEqual([
      {
        resultType: 'PAYLOAD',
        ...head,
        results: { columns, rowFormat: 'JSON', data: [{ kind: 'INSERT', fields: ['OK'] }] },
        nextResultUri: `${path}/result/1?rowFormat=JSON`,
      },
      { resultType: 'EOS', ...head, results: { columns, rowFormat: 'JSON', data: [] } },
    ]);
  });

  it('answers an empty list with the end alone', async () => {
    const session = await openSession(gateway);
    const { pages } = await runStatement(gateway, session, 'SHOW TABLES');
    expect(pages.map(({ body }) => [body.resultType, body.resultKind])).toEqual([['EOS', 'SUCCESS_WITH_CONTENT']]);
  });

  it('streams a query with its job', async () => {
    const session = await openSession(gateway);
    const { rows, pages, path, last } = await runStatement(gateway, session, "SELECT 1 AS a, 'x' b");
    expect(rows).toEqual([{ kind: 'INSERT', fields: [1, 'x'] }]);
    expect(pages[0]?.body).toMatchObject({ isQueryResult: true, resultKind: 'SUCCESS_WITH_CONTENT' });
    expect(pages[0]?.body.jobID).toMatch(/^[0-9a-f]{32}$/);
    expect(pages[0]?.body.results.columns).toEqual([
      { name: 'a', logicalType: { type: 'INTEGER', nullable: false }, comment: null },
      { name: 'b', logicalType: { type: 'CHAR', nullable: false, length: 1 }, comment: null },
    ]);
    expect(last.body).not.toHaveProperty('nextResultUri');
    expect((await call(gateway, 'GET', `${path}/status`)).body).toEqual({ status: 'FINISHED' });
    const job = await call(gateway, 'GET', `/jobs/${pages[0]?.body.jobID}`);
    expect(job.body).toMatchObject({ state: 'FINISHED', name: "SELECT 1 AS a, 'x' b" });
  });

  it('keeps to the tokens', async () => {
    const session = await openSession(gateway);
    const { path, pages } = await runStatement(gateway, session, 'SHOW CATALOGS');
    const first = await call(gateway, 'GET', `${path}/result/0?rowFormat=JSON`);
    expect(first.text).toBe(pages[0]?.text);
    for (const token of [9, -1]) {
      const wrong = await call(gateway, 'GET', `${path}/result/${token}?rowFormat=JSON`);
      expect(wrong.status).toBe(500);
      expect(causes(wrong.body.errors)).toEqual([
        'SqlGatewayException: org.apache.flink.table.gateway.api.utils.SqlGatewayException: Failed to fetchResults.',
        'SqlGatewayException: Failed to fetchResults.',
        `SqlExecutionException: Expecting token to be 1 or 0, but found ${token}.`,
      ]);
    }
    expect((await call(gateway, 'GET', `${path}/result/x?rowFormat=JSON`)).status).toBe(400);
    const format = await call(gateway, 'GET', `${path}/result/0?rowFormat=XML`);
    expect(format.status).toBe(400);
    expect(causes(format.body.errors)[1]).toContain('Cannot resolve query parameter (rowFormat) from value "XML".');
    expect((await call(gateway, 'GET', `${path}/result/0?rowFormat=json`)).status).toBe(200);
  });

  it('knows v1 without a row format', async () => {
    const session = await openSession(gateway);
    const { path } = await runStatement(gateway, session, 'SHOW CATALOGS');
    const { body } = await call(gateway, 'GET', `${path.replace('/v2/', '/v1/')}/result/0`);
    expect(body.nextResultUri).toBe(`${path.replace('/v2/', '/v1/')}/result/1`);
  });

  it('cancels nothing that is submitted, closes twice, then knows it no more', async () => {
    const session = await openSession(gateway);
    const { path } = await runStatement(gateway, session, 'SHOW CATALOGS');
    const handle = path.split('/').pop();
    const cancelled = await call(gateway, 'POST', `${path}/cancel`);
    expect(causes(cancelled.body.errors)).toEqual([
      'RestHandlerException: Failed to cancelOperation.',
      'SqlGatewayException: Failed to cancelOperation.',
      `SqlGatewayException: Failed to convert the Operation Status from FINISHED to CANCELED for ${handle}.`,
    ]);
    for (let i = 0; i < 2; i++) {
      expect((await call(gateway, 'DELETE', `${path}/close`)).body).toEqual({ status: 'CLOSED' });
    }
    const status = await call(gateway, 'GET', `${path}/status`);
    expect(causes(status.body.errors)[2]).toBe(
      `SqlGatewayException: Can not find the submitted operation in the OperationManager with the ${handle}.`,
    );
  });

  it('tells of a validation error with its place', async () => {
    const session = await openSession(gateway);
    const { last, path } = await runStatement(gateway, session, 'SELECT missing FROM x');
    expect(last.status).toBe(500);
    const [, , failed, ...chain] = causes(last.body.errors);
    expect(failed).toBe(`SqlExecutionException: Failed to execute the operation ${path.split('/').pop()}.`);
    expect(chain).toEqual([
      "ValidationException: SQL validation failed. At line 1, column 21: Object 'x' not found",
      "CalciteContextException: At line 1, column 21: Object 'x' not found",
      "SqlValidatorException: Object 'x' not found",
    ]);
    expect((await call(gateway, 'GET', `${path}/status`)).body).toEqual({ status: 'ERROR' });
  });

  it.each([
    ['SELECT 1; SELECT 2', 'IllegalArgumentException: only single statement supported'],
    ['', 'ParseException: Encountered "<EOF>" at line 0, column 0.'],
    [';', 'ParseException: Encountered ";" at line 1, column 1.'],
    [
      'END',
      "SqlExecutionException: No Statement Set to submit. 'END' statement should be used after 'BEGIN STATEMENT SET'.",
    ],
    ["SET 'parallelism.default' = 'many'", 'NumberFormatException: For input string: "many"'],
  ])('refuses %j', async (statement, message) => {
    const session = await openSession(gateway);
    const { last } = await runStatement(gateway, session, statement);
    expect(causes(last.body.errors).pop()).toBe(message);
  });

  it('keeps a session alive that has a wrong time zone', async () => {
    const session = await openSession(gateway);
    const run = (statement: string) => runStatement(gateway, session, statement);
    await run("SET 'table.local-time-zone' = 'Nowhere/None'");
    expect(causes((await run('SELECT 1')).last.body.errors).pop()).toMatch(/^ValidationException: Invalid time zone\./);
    expect((await run('SHOW CATALOGS')).rows).toHaveLength(1);
    await run('RESET');
    expect((await run('SELECT 1')).rows).toEqual([{ kind: 'INSERT', fields: [1] }]);
  });

  it('refuses a time limit', async () => {
    const session = await openSession(gateway);
    const answer = await call(gateway, 'POST', `${session}/statements`, { statement: 'SELECT 1', executionTimeout: 5 });
    expect(causes(answer.body.errors)[1]).toBe(
      "UnsupportedOperationException: SqlGatewayService doesn't support timeout mechanism now.",
    );
  });

  it('stops a query by closing its operation', async () => {
    const session = await openSession(gateway);
    await runStatement(
      gateway,
      session,
      "CREATE TABLE g (a INT) WITH ('connector' = 'datagen', 'rows-per-second' = '50')",
    );
    const { path, pages, rows } = await runStatement(gateway, session, 'SELECT * FROM g', { limit: 3 });
    expect(rows.length).toBeGreaterThanOrEqual(3);
    const job = `/jobs/${pages[0]?.body.jobID}`;
    expect((await call(gateway, 'GET', job)).body.state).toBe('RUNNING');
    await call(gateway, 'DELETE', `${path}/close`);
    expect((await call(gateway, 'GET', job)).body.state).toBe('CANCELED');
  });

  it('answers an INSERT with its job, which ends by a PATCH', async () => {
    const session = await openSession(gateway);
    await runStatement(
      gateway,
      session,
      "CREATE TABLE g (a INT) WITH ('connector' = 'datagen', 'rows-per-second' = '50')",
    );
    await runStatement(gateway, session, "CREATE TABLE h (a INT) WITH ('connector' = 'blackhole')");
    const { rows, pages } = await runStatement(gateway, session, 'INSERT INTO h SELECT * FROM g');
    const id = pages[0]?.body.jobID;
    expect(pages[0]?.body).toMatchObject({ isQueryResult: false, resultKind: 'SUCCESS_WITH_CONTENT' });
    expect(pages[0]?.body.results.columns[0]?.name).toBe('job id');
    expect(rows).toEqual([{ kind: 'INSERT', fields: [id] }]);
    const jobs = await runStatement(gateway, session, 'SHOW JOBS', { format: 'PLAIN_TEXT' });
    const row = jobs.rows.find(({ fields }) => fields[0] === id);
    expect(row?.fields.slice(0, 3)).toEqual([id, 'insert-into_default_catalog.default_database.h', 'RUNNING']);
    expect((await call(gateway, 'PATCH', `/jobs/${id}?mode=cancel`)).status).toBe(202);
    expect((await call(gateway, 'GET', `/jobs/${id}/status`)).body).toEqual({ status: 'CANCELED' });
    expect((await call(gateway, 'GET', `/jobs/${id}/exceptions`)).body.exceptionHistory.entries).toEqual([]);
  });

  it('ends with the session what it left running', async () => {
    const session = await openSession(gateway);
    await runStatement(
      gateway,
      session,
      "CREATE TABLE g (a INT) WITH ('connector' = 'datagen', 'rows-per-second' = '50')",
    );
    await runStatement(gateway, session, "CREATE TABLE h (a INT) WITH ('connector' = 'blackhole')");
    const { pages } = await runStatement(gateway, session, 'INSERT INTO h SELECT * FROM g');
    await call(gateway, 'DELETE', session);
    expect((await call(gateway, 'GET', `/jobs/${pages[0]?.body.jobID}/status`)).body).toEqual({ status: 'CANCELED' });
  });

  it('collects a statement set over several statements', async () => {
    const session = await openSession(gateway);
    await runStatement(gateway, session, "CREATE TABLE h (a INT) WITH ('connector' = 'blackhole')");
    for (const statement of ['BEGIN STATEMENT SET', 'INSERT INTO h SELECT 1', 'INSERT INTO h SELECT 2']) {
      expect((await runStatement(gateway, session, statement)).rows).toEqual([{ kind: 'INSERT', fields: ['OK'] }]);
    }
    const other = await runStatement(gateway, session, 'SHOW TABLES');
    expect(causes(other.last.body.errors).pop()).toBe(
      "SqlExecutionException: Only 'INSERT/CREATE TABLE AS' statement is allowed in Statement Set or use 'END' statement to submit Statement Set.",
    );
    const { pages } = await runStatement(gateway, session, 'END');
    expect(pages[0]?.body.jobID).toMatch(/^[0-9a-f]{32}$/);
  });

  it('gives Arrow pages with their head in headers', async () => {
    const session = await openSession(gateway);
    const { pages } = await runStatement(gateway, session, 'SELECT 1 AS a, CAST(1.50 AS DECIMAL(10, 2)) AS d', {
      format: 'ARROW',
    });
    const first = pages[0];
    expect(first?.headers).toMatchObject({
      'content-type': 'application/vnd.apache.arrow.stream',
      'x-flink-result-type': 'PAYLOAD',
      'x-flink-is-query-result': 'true',
      'x-flink-result-kind': 'SUCCESS_WITH_CONTENT',
    });
    expect(first?.headers['x-flink-job-id']).toMatch(/^[0-9a-f]{32}$/);
    expect(pages[pages.length - 1]?.headers).toMatchObject({ 'x-flink-result-type': 'EOS' });
    const rows = pages.flatMap((page) =>
      tableFromIPC(page.bytes)
        .toArray()
        .map((row) => ({ ...row })),
    );
    expect(rows).toEqual([{ __row_kind: 0, a: 1, d: '1.50' }]);
  });

  it('answers in its own words what JSON cannot hold', async () => {
    const session = await openSession(gateway);
    const { last } = await runStatement(gateway, session, "SELECT MAP[1, 'a'] AS m");
    expect([last.status, last.body]).toEqual([
      500,
      { errors: ['Internal server error. Could not map response to JSON.'] },
    ]);
  });
});

describe('jobs', () => {
  it('knows a wrong id from an unknown one', async () => {
    expect((await call(gateway, 'GET', '/jobs/xx')).status).toBe(400);
    const id = 'f'.repeat(32);
    const unknown = await call(gateway, 'GET', `/jobs/${id}`);
    expect(unknown.status).toBe(404);
    expect(causes(unknown.body.errors)).toEqual([
      `NotFoundException: Job ${id} not found`,
      `FlinkJobNotFoundException: Could not find Flink job (${id})`,
    ]);
  });

  it('tells of the cluster', async () => {
    expect((await call(gateway, 'GET', '/overview')).body).toMatchObject({ taskmanagers: 1 });
    expect((await call(gateway, 'GET', '/config')).body).toHaveProperty('flink-version');
    expect(Array.isArray((await call(gateway, 'GET', '/jobs/overview')).body.jobs)).toBe(true);
  });
});
