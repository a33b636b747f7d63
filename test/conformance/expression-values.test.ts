import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConstantFolder } from '../../flink-sql/binder/api.ts';
import { bindExpression } from '../../flink-sql/binder/expressions/index.ts';
import { mapOperands } from '../../flink-sql/binder/expressions/rex-util.ts';
import { emptyScope, expressionContext } from '../../flink-sql/binder/expressions/scope.ts';
import type { Rex } from '../../flink-sql/plan/rex.ts';
import type { Select } from '../../flink-sql/syntax/ast.ts';
import { parse } from '../../flink-sql/syntax/index.ts';
import { valueAt } from '../../local-runtime/batch/column.ts';
import { castToString, compileScalar, defaultEnv, folder, interpret } from '../../local-runtime/codegen/index.ts';
import { FlinkFault } from '../../local-runtime/errors.ts';

/**
 * Each recorded expression is bound, folded as the planner folds, compiled, and run on one row: its text must be the recorded
 * one, and a recorded failure of the evaluation must be the same failure. Generated code and interpreter must agree as well.
 * The floor only rises: `UPDATE=1` writes it, `SHOW=1` prints what differs.
 */
interface Recording {
  readonly sql: string;
  readonly type?: string;
  readonly text?: string | null;
  readonly error?: string;
}

const directory = join(import.meta.dirname, 'expressions');
const floorFile = join(import.meta.dirname, 'expression-values.floor.json');
const floor: Record<string, { right: number; all: number }> = JSON.parse(readFileSync(floorFile, 'utf8'));

/** Failures of the evaluation; what is refused before is the binder's test. */
const BEFORE_RUN =
  /^(SqlValidatorException|ValidationException|ParseException|CalciteException|TableException: Type is not|CodeGenException|RelOptPlanner|IllegalArgumentException: Illegal type)/;

const env = defaultEnv('UTC');

function reduce(rex: Rex, constants: ConstantFolder): Rex {
  if (rex.kind === 'Literal') return rex;
  const folded = constants.fold(rex);
  if (folded) return { kind: 'Literal', value: folded.value, type: rex.type };
  return mapOperands(rex, (operand) => reduce(operand, constants));
}

function evaluate(sql: string): string | null {
  const source = `SELECT (${sql}) AS c0`;
  const node = parse(source).statements[0]?.node;
  if (node?.kind !== 'QueryStatement') throw new Error('not a query');
  const item = (node.query.body as Select).items[0];
  if (!item) throw new Error('no item');
  const context = expressionContext({ catalog: undefined as never, options: {} }, source);
  const rex = reduce(bindExpression(item.expr, emptyScope('SELECT'), context), folder(env));
  const column = compileScalar(rex, [], env).evalColumn({ length: 1, kinds: undefined, columns: [], marks: undefined });
  const value = valueAt(column, 0);
  const plain = castToString(interpret(rex, [], env), rex.type, env);
  const text = castToString(value, rex.type, env);
  if (plain !== text && !/UUID|RAND_INTEGER/.test(sql)) throw new Error(`interpreted ${plain}, generated ${text}`);
  if (value === null && !rex.type.nullable) {
    throw new FlinkFault(
      'EnforcerException',
      "Column 'c0' is NOT NULL, however, a null value is being written into it. You can set job configuration 'table.exec.sink.not-null-enforcer'='DROP' to suppress this exception and drop such records silently.",
    );
  }
  return text;
}

const firstLine = (text: string): string => text.split('\n')[0] as string;

describe('values of recorded expressions', () => {
  const scores: Record<string, { right: number; all: number }> = {};
  const failures: string[] = [];
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.jsonl'))) {
    const area = file.replace('.jsonl', '');
    it(area, () => {
      const score = { right: 0, all: 0 };
      const wrong: string[] = [];
      for (const line of readFileSync(join(directory, file), 'utf8').split('\n').filter(Boolean)) {
        const want: Recording = JSON.parse(line);
        if (want.error !== undefined && BEFORE_RUN.test(want.error)) continue;
        score.all++;
        let got: string;
        try {
          got = String(evaluate(want.sql));
        } catch (error) {
          if (error instanceof FlinkFault) got = `ERROR ${firstLine(`${error.exception}: ${error.message}`)}`;
          else got = `CRASH ${error instanceof Error ? error.stack?.split('\n').slice(0, 3).join(' ') : String(error)}`;
        }
        const expected = want.error === undefined ? String(want.text) : `ERROR ${firstLine(want.error)}`;
        if (got === expected) score.right++;
        else wrong.push(`${area}: ${want.sql}\n  want ${expected}\n  got  ${got}`);
      }
      scores[area] = score;
      failures.push(...wrong);
      if (!process.env.UPDATE) {
        expect(score.right, `${area}\n${wrong.join('\n')}`).toBeGreaterThanOrEqual(floor[area]?.right ?? 0);
      }
    });
  }

  it('prints the score', () => {
    const total = (key: 'right' | 'all') => Object.values(scores).reduce((sum, score) => sum + score[key], 0);
    console.log(`values ${total('right')}/${total('all')}`);
    if (process.env.SHOW) console.log(failures.join('\n'));
    if (process.env.UPDATE) {
      for (const [area, score] of Object.entries(scores)) {
        score.right = Math.max(score.right, floor[area]?.right ?? 0);
      }
      writeFileSync(floorFile, `${JSON.stringify(scores, null, 2)}\n`);
    }
    expect(total('right') / total('all')).toBeGreaterThan(0.9);
  });
});
