import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  applyCommand,
  type BindContext,
  type BoundStatement,
  bindStatement,
  explain,
  planInserts,
  planQuery,
} from '../../../flink-sql/binder/index.ts';
import { CatalogStore } from '../../../flink-sql/catalog/store.ts';
import { lex, parse, tokenText } from '../../../flink-sql/syntax/index.ts';
import { seededRandom } from '../../harness/random.ts';
import { CONNECTORS } from './planning-session.ts';

const MUTATIONS = 20_000;
const folder = join(import.meta.dirname, '../../conformance/statements');

/** Statements of a recorded file with the catalog that its setup makes. */
interface Area {
  readonly catalog: CatalogStore;
  readonly statements: readonly string[];
}

const filled = (text: string): string => text.replace(/\$\{[A-Z]+\}/g, '/tmp/recorded');

function area(file: string): Area {
  const parts = filled(readFileSync(join(folder, file), 'utf8'))
    .split(/^;;\s*$/m)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const catalog = new CatalogStore();
  const setup = parts[0]?.startsWith('-- @setup') ? (parts.shift() as string) : '';
  for (const { node } of parse(setup).statements) {
    const { value } = node ? bindStatement(node, setup, { catalog, options: {}, connectors: CONNECTORS }) : {};
    if (value?.kind === 'catalog') applyCommand(value.command, catalog);
  }
  return { catalog, statements: parts };
}

const areas = readdirSync(folder)
  .filter((name) => name.endsWith('.sql') && name !== 'reserved-words.sql')
  .map(area);

const texts = (source: string): string[] => {
  const tokens = lex(source);
  return Array.from({ length: tokens.count }, (_, i) => tokenText(tokens, i));
};

/** What often stands where an expression or an argument does, and is often wrong there. */
const operands = [
  ...['NULL', '1', "'a'", '1.5', '1e0', '-1', '99999999999', "''", "X'00'", 'TRUE', '*', 'x', '()', '?', 'DEFAULT'],
  ...['CURRENT_DATE', 'PROCTIME()', 'CAST(NULL AS INT)', "INTERVAL '1' DAY", "TIMESTAMP '2020-01-01 00:00:00'"],
  ...['ARRAY[1]', "MAP['a', 1]", 'MULTISET[1]', 'ROW(1, 2)', '(SELECT 1)', 'JSON_OBJECT()', 'DESCRIPTOR(a)', 'a.b'],
  ...['COUNT(*)', 'ROW_NUMBER() OVER (ORDER BY a)', 'f(1)', 'TABLE t', 'a => 1', 'UNNEST(a)', 'DESCRIPTOR()'],
];

/** Tokens of one class stand for each other: the mutant then mostly parses, and it is the binder that is asked. */
const classOf = (text: string): string => (/^\w/.test(text) ? (/^[A-Z]/.test(text) ? 'word' : 'name') : 'sign');

function carryOut(bound: BoundStatement, context: BindContext): void {
  switch (bound.kind) {
    case 'query':
      planQuery(bound.query, context);
      explain({ kind: 'query', query: bound.query }, ['CHANGELOG_MODE'], context);
      break;
    case 'insert':
      planInserts([bound.insert], context);
      break;
    case 'statementSet':
      planInserts(bound.inserts, context);
      break;
    case 'catalog':
      applyCommand(bound.command, context.catalog);
      break;
    case 'createTableAs':
      planInserts([bound.insert], context);
      applyCommand(bound.command, context.catalog);
      break;
    case 'explain':
      carryOut(bound.statement, context);
      break;
    case 'utility':
  }
}

describe('mutated statements', () => {
  test(`${MUTATIONS} of them bind, plan and print, or are refused: nothing else is thrown`, { timeout: 60_000 }, () => {
    const random = seededRandom(20260);
    const pick = <A>(list: readonly A[]): A => list[Math.floor(random() * list.length)] as A;
    const pool = new Map<string, string[]>();
    for (const text of areas.flatMap(({ statements }) => statements.flatMap(texts))) {
      if (text.trim() === '' || text === ';') continue;
      const list = pool.get(classOf(text));
      if (list) list.push(text);
      else pool.set(classOf(text), [text]);
    }
    const alike = (text: string): string =>
      random() < 0.25 ? pick(operands) : pick(pool.get(classOf(text)) as readonly string[]);
    const failures = new Map<string, string>();
    let bound = 0;
    for (let n = 0; n < MUTATIONS; n++) {
      const { catalog, statements } = pick(areas);
      const pieces = texts(pick(statements).slice(0, 500));
      for (let k = 0; k < 1 + Math.floor(random() * 2); k++) {
        const at = Math.floor(random() * pieces.length);
        const what = random();
        if (what < 0.2) pieces.splice(at, 1);
        else if (what < 0.35) pieces.splice(at, 0, alike(pick(pieces)));
        else if (what < 0.8) {
          const word = pieces.findIndex((text, i) => i >= at && /\S/.test(text) && !/[()]/.test(text));
          if (word >= 0) pieces[word] = alike(pieces[word] as string);
        } else {
          const from = Math.floor(random() * pieces.length);
          pieces.splice(at, 0, ...pieces.slice(from, from + 1 + Math.floor(random() * 6)));
        }
      }
      const sql = pieces.join('');
      const options: Record<string, string> = random() < 0.2 ? { 'execution.runtime-mode': 'batch' } : {};
      const context = { catalog: catalog.clone(), options, connectors: CONNECTORS };
      for (const { node, errors } of parse(sql).statements) {
        // What stands in a broken statement is bound by completion, too: now and then.
        if (!node || (errors.length > 0 && n % 4 > 0)) continue;
        try {
          const { value } = bindStatement(node, sql, context);
          if (value) carryOut(value, context);
          if (value) bound++;
        } catch (error) {
          const told =
            error instanceof Error ? `${error.message} ${error.stack?.split('\n')[1]?.trim()}` : String(error);
          if (!failures.has(told)) failures.set(told, sql);
        }
      }
    }
    expect([...failures].map(([told, sql]) => `${told}\n${sql}`)).toEqual([]);
    expect(bound).toBeGreaterThan(MUTATIONS / 15);
  });
});
