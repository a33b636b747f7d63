import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../clients/sql-gateway/errors.ts';
import type { Page } from '../../../clients/sql-gateway/types.ts';
import { CatalogModel, type CatalogNode } from '../../../extension/catalog/catalog-model.ts';
import { type CatalogSession, CatalogSource, describeCatalog } from '../../../extension/catalog/catalog-source.ts';
import { quoteName, shortName } from '../../../extension/catalog/names.ts';
import { createSnippets, dropStatement, selectStatement } from '../../../extension/catalog/statements.ts';
import { tableDetail } from '../../../extension/catalog/table-detail.ts';
import { parse } from '../../../flink-sql/syntax/index.ts';

type Answers = Record<string, readonly (readonly unknown[])[] | Error>;

const D = '`c`.`d`';
const DESCRIBE = ['name', 'type', 'null', 'key', 'extras', 'watermark', 'comment'];

const refusal = (className: string): GatewayError =>
  new GatewayError(className, { kind: 'sql', causes: [{ className, qualifiedName: className, message: 'no' }] });

const ANSWERS: Answers = {
  'SHOW CATALOGS': [['c'], ['hive']],
  'SHOW CURRENT CATALOG': [['c']],
  'SHOW CURRENT DATABASE': [['d']],
  'SHOW DATABASES FROM `c`': [['d'], ['empty']],
  'SHOW DATABASES FROM `hive`': refusal('CatalogException'),
  [`SHOW TABLES FROM ${D}`]: [['orders'], ['v'], ['broken'], ['mt']],
  [`SHOW VIEWS FROM ${D}`]: [['v']],
  [`SHOW MATERIALIZED TABLES FROM ${D}`]: [['mt']],
  [`SHOW USER FUNCTIONS FROM ${D}`]: [['f']],
  [`SHOW MODELS FROM ${D}`]: refusal('SqlParserException'),
  'SHOW TABLES FROM `c`.`empty`': [],
  'SHOW VIEWS FROM `c`.`empty`': [],
  'SHOW MATERIALIZED TABLES FROM `c`.`empty`': [],
  'SHOW USER FUNCTIONS FROM `c`.`empty`': refusal('UnsupportedOperationException'),
  'SHOW MODELS FROM `c`.`empty`': [],
  [`DESCRIBE ${D}.\`orders\``]: [
    ['id', 'BIGINT', false, 'PRI(id)', null, null, 'the id'],
    ['ts', 'TIMESTAMP(3) *ROWTIME*', true, null, null, '`ts` - INTERVAL 5 SECOND', null],
    ['total', 'INT', true, null, 'AS `id` * 2', null, null],
  ],
  [`DESCRIBE ${D}.\`v\``]: [['id', 'BIGINT', true, null, null, null, null]],
  [`DESCRIBE ${D}.\`mt\``]: [],
  [`DESCRIBE ${D}.\`broken\``]: refusal('ValidationException'),
  [`SHOW CREATE TABLE ${D}.\`orders\``]: [
    [
      `CREATE TABLE ${D}.\`orders\` (\`id\` BIGINT NOT NULL, \`ts\` TIMESTAMP(3), CONSTRAINT \`PK\` PRIMARY KEY (\`id\`) NOT ENFORCED) PARTITIONED BY (\`id\`) WITH ('connector' = 'jdbc', 'password' = 'hunter2', 'url' = 'jdbc:x://u:hunter3@h/d')`,
    ],
  ],
};

function sessionOf(answers: Answers): CatalogSession & { readonly asked: string[]; readonly closed: number[] } {
  const asked: string[] = [];
  const closed: number[] = [];
  return {
    asked,
    closed,
    execute: async (statement) => {
      asked.push(statement);
      const answer = answers[statement];
      if (answer === undefined) throw new Error(`not expected: ${statement}`);
      return {
        async *results(): AsyncGenerator<Page> {
          if (answer instanceof Error) throw answer;
          const names = statement.startsWith('DESCRIBE') ? DESCRIBE : ['name'];
          const columns = names.map((name) => ({ name, logicalType: { type: 'VARCHAR' } }));
          const head = { format: 'JSON', token: 0, resultKind: 'SUCCESS_WITH_CONTENT', isQueryResult: false } as const;
          const rowKinds = new Uint8Array(answer.length);
          yield { ...head, jobId: undefined, columns, rowKinds, rows: answer as never };
        },
        close: async () => void closed.push(1),
      };
    },
  };
}

function modelOf(answers: Answers) {
  const session = sessionOf(answers);
  const changed: (string | undefined)[] = [];
  const model = new CatalogModel(new CatalogSource(async () => session), (node) => changed.push(node?.label));
  return { model, session, changed };
}

const shown = (nodes: readonly CatalogNode[]): string[] =>
  nodes.map(({ kind, label, description }) => [kind, label, description].filter(Boolean).join(' '));

describe('the tree', () => {
  test('reads what is asked for, once, and says so meanwhile', async () => {
    const { model, session, changed } = modelOf(ANSWERS);
    expect(shown(model.children())).toEqual(['loading Loading…']);
    expect(shown(model.children())).toEqual(['loading Loading…']);
    await expect.poll(() => changed).toEqual([undefined]);
    expect(shown(model.children())).toEqual(['catalog c', 'catalog hive']);
    expect(session.asked).toEqual(['SHOW CATALOGS', 'SHOW CURRENT CATALOG', 'SHOW CURRENT DATABASE']);
    expect(model.current).toEqual({ catalog: 'c', database: 'd' });
    expect(session.closed).toHaveLength(3);
  });

  test('databases, groups, tables with their columns, keys, watermarks, partitions and masked options', async () => {
    const { model } = modelOf(ANSWERS);
    const [c] = await model.load();
    const [d, empty] = await model.load(c);
    const groups = await model.load(d);
    expect(shown(groups)).toEqual([
      'group Tables 2',
      'group Views 1',
      'group Materialized Tables 1',
      'group Functions 1',
    ]);
    expect(shown(await model.load(groups[0]))).toEqual(['table broken', 'table orders']);
    const orders = (await model.load(groups[0]))[1];
    const details = await model.load(orders);
    expect(shown(details)).toEqual([
      'column id BIGINT NOT NULL',
      'column ts TIMESTAMP(3) *ROWTIME*',
      'column total INT AS `id` * 2',
      'key Primary key id',
      'watermark Watermark of ts `ts` - INTERVAL 5 SECOND',
      'partitions Partitions id',
      'options Options jdbc',
    ]);
    expect(details[0]?.detail).toBe('the id');
    expect(shown(await model.load(details.at(-1)))).toEqual([
      'option connector jdbc',
      'option password ****',
      'option url jdbc:x://u:****@h/d',
    ]);
    await model.load(empty);
    expect(shown(model.children(empty))).toEqual(['empty nothing here']);
  });

  test('a failure is a node, and only that is tried again', async () => {
    const answers: Answers = { ...ANSWERS };
    const { model } = modelOf(answers);
    const [c, hive] = await model.load();
    await model.load(c);
    await model.load(hive);
    expect(shown(model.children(hive))).toEqual(['failed CatalogException']);
    expect(model.failed).toBe(false);
    answers['SHOW DATABASES FROM `hive`'] = [['h']];
    model.refresh(hive);
    expect(shown(await model.load(hive))).toEqual(['database h']);
    expect(shown(model.children(c))).toEqual(['database d', 'database empty']);
  });

  test('what was asked before a change does not come into what is shown after it', async () => {
    const answers: Answers = { ...ANSWERS, 'SHOW CATALOGS': [['old']] };
    const { model } = modelOf(answers);
    const old = model.load();
    model.refresh();
    answers['SHOW CATALOGS'] = [['new']];
    const fresh = model.load();
    await Promise.all([old, fresh]);
    expect(shown(model.children())).toEqual(['catalog new']);
  });

  test('a search finds every object that can be read', async () => {
    const { model } = modelOf(ANSWERS);
    const found = (await model.everything()).map(({ path }) => path.join('.'));
    expect(found).toEqual(['c.d.broken', 'c.d.orders', 'c.d.v', 'c.d.mt', 'c.d.f']);
  });
});

describe('the snapshot', () => {
  test('has the current database first, and what can be read', async () => {
    const snapshot = await describeCatalog(sessionOf(ANSWERS));
    expect(snapshot.current).toEqual({ catalog: 'c', database: 'd' });
    expect(snapshot.catalogs.map(({ name }) => name)).toEqual(['c', 'hive']);
    const [d] = snapshot.catalogs[0]?.databases ?? [];
    expect(d?.tables.map(({ name, kind, columns }) => [name, kind, columns?.length])).toEqual([
      ['orders', 'table', 3],
      ['broken', 'table', undefined],
      ['v', 'view', 1],
      ['mt', 'materialized table', 0],
    ]);
    expect(d).toMatchObject({ functions: ['f'], models: [] });
  });

  test('of a server that knows no SHOW VIEWS FROM has the views of the current database', async () => {
    const answers: Answers = {
      ...ANSWERS,
      [`SHOW VIEWS FROM ${D}`]: refusal('SqlParserException'),
      'SHOW VIEWS FROM `c`.`empty`': refusal('SqlParserException'),
      'SHOW VIEWS': [['v']],
    };
    const snapshot = await describeCatalog(sessionOf(answers));
    const tables = snapshot.catalogs[0]?.databases.flatMap((one) => one.tables) ?? [];
    expect(tables.filter(({ kind }) => kind === 'view').map(({ name }) => name)).toEqual(['v']);
  });

  test('asks for the columns of no more tables than it may', async () => {
    const session = sessionOf(ANSWERS);
    await describeCatalog(session, { mostTables: 1 });
    expect(session.asked.filter((statement) => statement.startsWith('DESCRIBE'))).toHaveLength(1);
  });

  test('a lost session is no empty catalog', async () => {
    const lost = new GatewayError('gone', { kind: 'session-lost' });
    await expect(describeCatalog(sessionOf({ ...ANSWERS, 'SHOW DATABASES FROM `c`': lost }))).rejects.toBe(lost);
  });
});

describe('statements', () => {
  test('names are quoted where that is needed', () => {
    expect(quoteName(['a`b', 'c'])).toBe('`a``b`.`c`');
    const current = { catalog: 'c', database: 'd' };
    expect(shortName(['c', 'd', 't'], current)).toBe('t');
    expect(shortName(['c', 'e', 't'], current)).toBe('e.t');
    expect(shortName(['x', 'd', 'order lines'], current)).toBe('x.d.`order lines`');
    expect(shortName(['user'])).toBe('`user`');
    expect(selectStatement('t', ['a', '`user`'])).toBe('SELECT\n  a,\n  `user`\nFROM t;');
    expect(dropStatement('materialized table', ['c', 'd', 't'])).toBe('DROP MATERIALIZED TABLE `c`.`d`.`t`');
    expect(dropStatement('view', ['v'], true)).toBe('DROP TEMPORARY VIEW `v`');
  });

  test.each(createSnippets())('the snippet of $label is Flink SQL', ({ snippet }) => {
    const text = snippet
      .replace(/\$\{\d+:([^}]*)\}/g, '$1')
      .replace(/\$\{\d+\|([^,|]*)[^}]*\}/g, '$1')
      .replace(/\$3/g, 'ts')
      .replace(/\$\d/g, '');
    expect(parse(text).errors).toEqual([]);
  });

  test('the detail of a view is its query; of what is no CREATE, nothing', () => {
    expect(tableDetail('CREATE VIEW `v` (`a`) AS SELECT 1 AS a').query).toBe('SELECT 1 AS a');
    expect(tableDetail('nonsense').options).toEqual([]);
  });
});
