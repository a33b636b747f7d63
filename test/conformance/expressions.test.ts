import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bindExpression } from '../../flink-sql/binder/expressions/index.ts';
import { emptyScope, expressionContext } from '../../flink-sql/binder/expressions/scope.ts';
import { SqlError } from '../../flink-sql/diagnostics.ts';
import type { Select } from '../../flink-sql/syntax/ast.ts';
import { parse } from '../../flink-sql/syntax/index.ts';
import { recordedTypeText } from './recorded-type.ts';

/**
 * Each recorded expression is bound: its type must be the recorded one, and what Flink's parser, validator or planner
 * refuses must be refused with its words. Values are the runtime's business. The floor only rises: `UPDATE=1` writes it.
 */
interface Recording {
  readonly sql: string;
  readonly type?: string;
  readonly error?: string;
}

interface Score {
  typed: number;
  types: number;
  refused: number;
  refusals: number;
  messages: number;
}

const folder = join(import.meta.dirname, 'expressions');
const floorFile = join(folder, 'floor.json');
const floor: Record<string, Score> = JSON.parse(readFileSync(floorFile, 'utf8'));

/** Errors that Flink raises before the query runs; the others depend on values and belong to the runtime. */
const BEFORE_RUN =
  /^(SqlValidatorException|ValidationException|ParseException|CalciteException|TableException: Type is not|CodeGenException)/;

function bind(sql: string): { type: string } | { error: string } {
  const source = `SELECT (${sql}) AS c0`;
  const parsed = parse(source);
  const entry = parsed.statements[0];
  const [syntaxError] = parsed.errors;
  if (syntaxError) return { error: `ParseException: ${syntaxError.message}` };
  const node = entry?.node;
  if (node?.kind !== 'QueryStatement') return { error: `not a query: ${node?.kind}` };
  const select = node.query.body as Select;
  const item = select.items[0];
  if (!item) return { error: 'no item' };
  try {
    const context = expressionContext({ catalog: undefined as never, options: {} }, source);
    return { type: recordedTypeText(bindExpression(item.expr, emptyScope('SELECT'), context).type) };
  } catch (error) {
    if (error instanceof SqlError) return { error: `${error.diagnostic.exception}: ${error.message}` };
    return { error: `CRASH ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` };
  }
}

const firstLine = (text: string) => text.split('\n')[0];

describe('recorded expressions', () => {
  const failures: string[] = [];
  const scores: Record<string, Score> = {};
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.jsonl'))) {
    const area = file.replace('.jsonl', '');
    it(area, () => {
      const score: Score = { typed: 0, types: 0, refused: 0, refusals: 0, messages: 0 };
      for (const line of readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean)) {
        const want: Recording = JSON.parse(line);
        const got = bind(want.sql);
        expect('error' in got ? got.error : '', want.sql).not.toContain('CRASH');
        if (want.type !== undefined) {
          score.types++;
          const agrees = 'type' in got && got.type === want.type;
          if (agrees) score.typed++;
          else
            failures.push(`${area}: ${want.sql}\n  want ${want.type}\n  got  ${'type' in got ? got.type : got.error}`);
        } else if (want.error !== undefined && BEFORE_RUN.test(want.error)) {
          score.refusals++;
          if ('error' in got) {
            score.refused++;
            if (firstLine(got.error) === firstLine(want.error)) score.messages++;
            else failures.push(`${area}: ${want.sql}\n  want ${want.error}\n  got  ${got.error}`);
          } else failures.push(`${area}: ${want.sql}\n  want ${want.error}\n  got  ${got.type}`);
        }
      }
      scores[area] = score;
      const least = floor[area];
      if (process.env.UPDATE) return;
      for (const key of ['typed', 'refused', 'messages'] as const) {
        expect(score[key], `${area}: ${key}\n${failures.join('\n')}`).toBeGreaterThanOrEqual(least?.[key] ?? 0);
      }
    });
  }

  it('prints the score', () => {
    const sum = (key: keyof Score) => Object.values(scores).reduce((total, score) => total + score[key], 0);
    console.log(
      `types ${sum('typed')}/${sum('types')}, refused ${sum('refused')}/${sum('refusals')}, messages ${sum('messages')}/${sum('refusals')}`,
    );
    if (process.env.SHOW) console.log(failures.join('\n'));
    if (process.env.UPDATE) {
      for (const [area, score] of Object.entries(scores)) {
        const old = floor[area];
        if (old)
          for (const key of ['typed', 'refused', 'messages'] as const) score[key] = Math.max(score[key], old[key]);
      }
      writeFileSync(floorFile, `${JSON.stringify(scores, null, 2)}\n`);
    }
    expect(sum('typed') / sum('types')).toBeGreaterThan(0.97);
  });
});
