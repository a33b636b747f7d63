import type { Rex } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { gather, gatherKinds, remapMarks } from '../batch/gather.ts';
import type { ExprEnv } from './env.ts';
import { generateTrue } from './generate-logic.ts';
import { Generator } from './generator.ts';
import { InputFields, type Shape, shapeOf } from './input.ts';
import { type OutputColumn, outputColumn } from './output.ts';
import { sharedCalls } from './shared-calls.ts';

/** A filter and projection made into one loop. */
export interface CompiledCalc {
  /** The kept rows, projected; kinds and watermarks go with them. Fails as the expressions fail. */
  run(batch: Batch): Batch;
  /** JavaScript of the loop for input columns that may hold NULLs, for people and golden tests. */
  readonly source: string;
}

type Loop = (columns: readonly Column[], n: number, selected: Int32Array, out: Column[]) => number;

/** More loops than this many, each for other columns without NULLs, and the general one serves. */
const MAX_SHAPES = 6;

const NO_ROWS = new Int32Array(0);

/**
 * Compiles a projection with an optional filter over batches of the given types. Columns passed through are shared, or gathered
 * once where rows are dropped.
 */
export function compileCalc(
  projection: readonly Rex[],
  condition: Rex | null,
  inputTypes: readonly LogicalType[],
  env: ExprEnv,
): CompiledCalc {
  const exprs = projection.map(withoutReinterpret);
  const computed = exprs.map((expr) => (isPassThrough(expr, inputTypes) ? undefined : expr));
  const used = usedFields([...computed.filter((expr) => expr !== undefined), ...(condition ? [condition] : [])]);
  const build = (shape?: Shape) => buildLoop(computed, condition, inputTypes, env, shape);
  // The general loop is made at once, so that what cannot be compiled fails before the first row.
  const general = build();
  const loops = new Map<number, Loop>();
  const needsLoop = condition !== null || computed.some((expr) => expr !== undefined);

  const loopFor = (columns: readonly Column[]): Loop => {
    const { key, shape } = shapeOf(columns, used);
    const known = loops.get(key);
    if (known) return known;
    if (loops.size >= MAX_SHAPES) return general.loop;
    const made = build(shape).loop;
    loops.set(key, made);
    return made;
  };

  const run = (batch: Batch): Batch => {
    const { columns, length } = batch;
    const selected = condition ? new Int32Array(length) : NO_ROWS;
    const out: Column[] = [];
    const count = needsLoop ? loopFor(columns)(columns, length, selected, out) : length;
    const all = count === length;
    let next = 0;
    const projected = exprs.map((expr, k) => {
      if (computed[k]) return out[next++] as Column;
      const column = columns[(expr as { index: number }).index] as Column;
      return all ? column : gather(column, selected, count);
    });
    if (all) return { length, kinds: batch.kinds, columns: projected, marks: batch.marks };
    return {
      length: count,
      kinds: gatherKinds(batch.kinds, selected, count),
      columns: projected,
      marks: remapMarks(batch.marks, selected, count),
    };
  };
  return { run, source: general.source };
}

const isPassThrough = (expr: Rex, inputTypes: readonly LogicalType[]): boolean =>
  expr.kind === 'InputRef' && inputTypes[expr.index] !== undefined;

/** A column that is only called a time attribute is the column. */
function withoutReinterpret(expr: Rex): Rex {
  const inner = expr.kind === 'Call' && expr.fn === 'REINTERPRET' ? expr.operands[0] : undefined;
  return inner?.kind === 'InputRef' ? inner : expr;
}

/** Indexes of the input fields that expressions read, ascending. */
export function usedFields(exprs: readonly Rex[]): number[] {
  const found = new Set<number>();
  const visit = (rex: Rex): void => {
    if (rex.kind === 'InputRef') found.add(rex.index);
    else if (rex.kind === 'Call') rex.operands.forEach(visit);
    else if (rex.kind === 'FieldAccess') visit(rex.operand);
  };
  exprs.forEach(visit);
  return [...found].sort((a, b) => a - b);
}

function buildLoop(
  exprs: readonly (Rex | undefined)[],
  condition: Rex | null,
  inputTypes: readonly LogicalType[],
  env: ExprEnv,
  shape: Shape | undefined,
): { loop: Loop; source: string } {
  const fields = new InputFields([{ columns: 'c', row: 'i', prefix: '', types: inputTypes }], shape);
  const g = new Generator(env, fields.read);
  const opening: string[] = [];
  g.opening = opening;
  const at = condition ? 'm' : 'i';
  const outputs: OutputColumn[] = [];
  const { lines: body } = g.capture(() => {
    for (const call of sharedCalls(condition, exprs)) g.share(call);
    if (condition) g.emit(`if (!${group(generateTrue(g, condition))}) continue;`);
    for (const expr of exprs) {
      if (!expr) continue;
      const code = g.generate(expr);
      const output = outputColumn(g, outputs.length, expr.type, 'n', g.views.get(code));
      outputs.push(output);
      g.emit(output.store(code, at));
    }
    if (condition) g.emit('s[m++] = i;');
  });
  const lines = [
    ...fields.declarations(),
    ...opening,
    ...outputs.map((output) => output.open),
    ...(condition ? ['let m = 0;'] : []),
    'for (let i = 0; i < n; i++) {',
    ...body.map((line) => `  ${line}`),
    '}',
    ...outputs.map((output) => `out.push(${output.close(condition ? 'm' : 'n')});`),
    `return ${condition ? 'm' : 'n'};`,
  ];
  const source = `function calc(c, n, s, out) {\n${lines.map((line) => `  ${line}`).join('\n')}\n}`;
  return { loop: evaluateSource<Loop>(g, source), source };
}

const group = (js: string): string => (/^[\w$]+$/.test(js) ? js : `(${js})`);

/** Makes the function of a source whose bound names the generator holds. */
export function evaluateSource<T>(g: Generator, source: string): T {
  // The text comes from the plan's operators alone; names, texts and patterns of the query are bound as values.
  return new Function(...g.names, `'use strict'; return ${source};`)(...g.values) as T;
}
