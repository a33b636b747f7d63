import type { Rex, RexCall } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { anyNull, type Code, type Generator, isTimestampType, mayFail, zero } from './generator.ts';
import { isNullAsItsOperands } from './strong.ts';

/** Three-valued logic, CASE and IS tests, evaluated as far as Flink's generated code does and no further. */

/** JavaScript that holds when the condition is TRUE (not NULL, not FALSE). */
export function generateTrue(g: Generator, rex: Rex): string {
  if (rex.kind === 'Call' && (rex.fn === 'AND' || rex.fn === 'OR')) {
    const operator = rex.fn === 'AND' ? '&&' : '||';
    const parts: string[] = [];
    for (const [i, operand] of rex.operands.entries()) {
      const { result, lines } = g.capture(() => generateTrue(g, operand));
      if (lines.length === 0) {
        parts.push(result);
        continue;
      }
      if (i === 0) {
        g.lines.push(...lines);
        parts.push(result);
        continue;
      }
      // Statements of a later operand run only when the earlier ones leave the question open.
      const held = g.temp();
      g.emit(`let ${held} = ${parts.join(` ${operator} `)};`);
      g.emit(operator === '&&' ? `if (${held}) {` : `if (!${held}) {`);
      g.lines.push(...lines);
      g.emit(`${held} = ${result};`);
      g.emit('}');
      parts.length = 0;
      parts.push(held);
    }
    return parts.length === 1 ? (parts[0] as string) : `(${parts.join(` ${operator} `)})`;
  }
  const code = g.generate(rex);
  if (code.nul === 'false') return code.val;
  if (code.nul === 'true') return 'false';
  return `(!(${code.nul}) && ${code.val})`;
}

export function generateLogic(g: Generator, rex: RexCall): Code {
  return rex.operands
    .slice(1)
    .reduce<Code>(
      (left, operand) => combine(g, rex.fn === 'AND', left, operand, rex.type),
      g.generate(rex.operands[0] as Rex),
    );
}

function combine(g: Generator, and: boolean, first: Code, operand: Rex, type: LogicalType): Code {
  const second = g.capture(() => g.generate(operand));
  const right = second.result;
  if (second.lines.length === 0 && first.nul === 'false' && right.nul === 'false') {
    return { nul: 'false', val: `(${first.val} ${and ? '&&' : '||'} ${right.val})`, nanos: '0', type };
  }
  const left = g.settle(first);
  const value = g.temp();
  const nul = g.temp();
  // The operand that decides: FALSE for AND, TRUE for OR.
  g.emit(`let ${value} = ${and ? 'false' : 'true'}, ${nul} = false;`);
  const open = and ? left.val : `!${left.val}`;
  g.emit(`if (${left.nul === 'false' ? open : `${left.nul} || ${open}`}) {`);
  g.lines.push(...second.lines);
  const decided = and ? `!(${right.val})` : right.val;
  const neutral = and ? 'true' : 'false';
  const leftNull = left.nul === 'false' ? '' : `${nul} = ${left.nul}; `;
  if (right.nul === 'true') g.emit(`${nul} = true;`);
  else if (right.nul === 'false') g.emit(`if (!(${decided})) { ${leftNull}${value} = ${neutral}; }`);
  else g.emit(`if (${right.nul}) ${nul} = true; else if (!(${decided})) { ${leftNull}${value} = ${neutral}; }`);
  g.emit('}');
  return { nul, val: value, nanos: '0', type };
}

export function generateNot(g: Generator, rex: RexCall): Code {
  const code = g.generate(rex.operands[0] as Rex);
  return { nul: code.nul, val: `!${wrap(code.val)}`, nanos: '0', type: rex.type };
}

const wrap = (js: string): string => (/^[\w$]+$/.test(js) || js.startsWith('(') ? js : `(${js})`);

/** The operand of IS NULL: its value is not read, and yet evaluated, unless Calcite asks the operands instead. */
function nullness(g: Generator, rex: Rex): Code {
  if (isNullAsItsOperands(rex)) {
    const nul = anyNull(rex.operands.map((operand) => nullness(g, operand)));
    return { nul, val: zero(rex.type), nanos: '0', type: rex.type };
  }
  const code = g.generate(rex);
  return mayFail(code) ? g.settle(code) : code;
}

export function generateTest(g: Generator, rex: RexCall): Code {
  const tests = rex.fn.endsWith('NULL') || rex.fn.endsWith('UNKNOWN');
  const code = tests ? nullness(g, rex.operands[0] as Rex) : g.generate(rex.operands[0] as Rex);
  const notNull = code.nul === 'false' ? 'true' : `!(${code.nul})`;
  const tested = (value: string, whenNull: boolean): string => {
    if (code.nul === 'false') return value;
    if (code.nul === 'true') return String(whenNull);
    return whenNull ? `(${code.nul} || ${value})` : `(${notNull} && ${value})`;
  };
  const val = {
    'IS NULL': () => code.nul,
    'IS UNKNOWN': () => code.nul,
    'IS NOT NULL': () => notNull,
    'IS NOT UNKNOWN': () => notNull,
    'IS TRUE': () => tested(code.val, false),
    'IS NOT TRUE': () => tested(`!(${code.val})`, true),
    'IS FALSE': () => tested(`!(${code.val})`, false),
    'IS NOT FALSE': () => tested(code.val, true),
  }[rex.fn] as () => string;
  return { nul: 'false', val: `(${val()})`, nanos: '0', type: rex.type };
}

/** Sets a result from a branch. */
interface Target {
  readonly nul: string;
  readonly val: string;
  readonly nanos: string;
}

function assign(target: Target, code: Code): string {
  const set = `${target.val} = ${code.val};${target.nanos === '0' ? '' : ` ${target.nanos} = ${code.nanos};`}`;
  if (code.nul === 'false') return set;
  if (code.nul === 'true') return `${target.nul} = true;`;
  return `if (${code.nul}) ${target.nul} = true; else { ${set} }`;
}

/** Branches after the one taken are not evaluated. */
export function generateCase(g: Generator, rex: RexCall): Code {
  const { operands, type } = rex;
  const inline = inlineCase(g, operands, type);
  if (inline) return inline;
  const timestamp = isTimestampType(type);
  const target: Target = { nul: g.temp(), val: g.temp(), nanos: timestamp ? g.temp() : '0' };
  g.emit(`let ${target.nul} = false, ${target.val} = ${zero(type)}${timestamp ? `, ${target.nanos} = 0` : ''};`);
  let depth = 0;
  let k = 0;
  for (; k + 1 < operands.length; k += 2) {
    const condition = generateTrue(g, operands[k] as Rex);
    g.emit(`if (${condition}) {`);
    g.emit(assign(target, g.generate(operands[k + 1] as Rex)));
    g.emit('} else {');
    depth++;
  }
  if (k < operands.length) g.emit(assign(target, g.generate(operands[k] as Rex)));
  else g.emit(`${target.nul} = true;`);
  g.emit('}'.repeat(depth));
  return { ...target, type };
}

/** A conditional expression where no part needs statements, is a timestamp or may be NULL. */
function inlineCase(g: Generator, operands: readonly Rex[], type: LogicalType): Code | undefined {
  if (operands.length % 2 === 0 || operands.length > 9 || isTimestampType(type)) return undefined;
  // Tried at one level only: a failed try is generated again.
  if (operands.some(containsCase)) return undefined;
  const parts: string[] = [];
  const { lines, result } = g.capture((): boolean => {
    for (let k = 0; k < operands.length; k++) {
      const last = k === operands.length - 1;
      if (k % 2 === 0 && !last) parts.push(generateTrue(g, operands[k] as Rex));
      else {
        const code = g.generate(operands[k] as Rex);
        if (code.nul !== 'false') return false;
        parts.push(code.val);
      }
    }
    return true;
  });
  if (!result || lines.length > 0) return undefined;
  let js = parts[parts.length - 1] as string;
  for (let k = parts.length - 3; k >= 0; k -= 2) js = `(${parts[k]} ? ${parts[k + 1]} : ${js})`;
  return { nul: 'false', val: js, nanos: '0', type };
}

const containsCase = (rex: Rex): boolean =>
  rex.kind === 'Call'
    ? rex.fn === 'CASE' || rex.operands.some(containsCase)
    : rex.kind === 'FieldAccess' && containsCase(rex.operand);
