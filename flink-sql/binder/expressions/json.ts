import type { Rex } from '../../plan/rex.ts';
import type {
  Expression,
  JsonArray,
  JsonBehavior,
  JsonExists,
  JsonObject,
  JsonQuery,
  JsonValue,
} from '../../syntax/ast.ts';
import { calciteDigest } from '../../types/calcite-digest.ts';
import { isCharacter } from '../../types/families.ts';
import { typeFromSyntax } from '../../types/from-syntax.ts';
import { types, withNullability } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import { type Binder, bindTyped, call, isNullLiteral, literal, placeOf, symbol } from './binder.ts';
import { invalid, refused } from './errors.ts';
import { cannotApply, shown } from './operators.ts';

/** The document and the path, both text. */
function documentAndPath(node: JsonValue | JsonQuery | JsonExists, name: string, binder: Binder): Rex[] {
  const operands = [bindTyped(node.input, binder), bindTyped(node.path, binder)];
  if (operands.some((operand) => !isCharacter(operand.type))) {
    const usage = `${name}(${operands.map((operand) => shown(operand.type)).join(', ')})`;
    throw cannotApply(node, name, usage, `'${name}(<CHARACTER>, <CHARACTER>)'`);
  }
  return operands;
}

/** A behaviour and its default value (a NULL without one). */
function behaviour(node: JsonBehavior | undefined, fallback: string, binder: Binder): Rex[] {
  return [
    symbol(node?.behavior ?? fallback),
    node?.default ? binder.bind(node.default) : literal(null, types.string()),
  ];
}

const RETURNABLE = new Set(['VARCHAR', 'CHAR', 'BOOLEAN', 'INTEGER', 'DOUBLE']);

/** Operands: document, path, on-empty, its default, on-error, its default. */
export function bindJsonValue(node: JsonValue, binder: Binder): Rex {
  const operands = documentAndPath(node, 'JSON_VALUE', binder);
  const type = node.returning ? withNullability(typeFromSyntax(node.returning), true) : types.string();
  if (!RETURNABLE.has(type.root)) {
    const message = `Unsupported type '${asSummaryString(type)}' for RETURNING in JSON_VALUE().`;
    throw refused(node, 'unsupported-returning', message, 'CodeGenException');
  }
  const rest = [...behaviour(node.onEmpty, 'NULL', binder), ...behaviour(node.onError, 'NULL', binder)];
  return call('JSON_VALUE', [...operands, ...rest], type);
}

/** Operands: document, path, wrapper, on-empty, on-error. */
export function bindJsonQuery(node: JsonQuery, binder: Binder): Rex {
  const operands = documentAndPath(node, 'JSON_QUERY', binder);
  const type = node.returning ? withNullability(typeFromSyntax(node.returning), true) : types.string();
  for (const [on, clause] of [
    ['empty', node.onEmpty],
    ['error', node.onError],
  ] as const) {
    if (type.root === 'ARRAY' && clause?.behavior === 'EMPTY OBJECT') {
      const message = `Illegal on ${on} behavior 'EMPTY OBJECT' for return type: ${calciteDigest(type)}`;
      throw refused(node, 'bad-behaviour', message);
    }
  }
  return call(
    'JSON_QUERY',
    [
      ...operands,
      symbol(node.wrapper ?? 'WITHOUT'),
      symbol(node.onEmpty?.behavior ?? 'NULL'),
      symbol(node.onError?.behavior ?? 'NULL'),
    ],
    type,
  );
}

/** Operands: document, path, on-error. */
export function bindJsonExists(node: JsonExists, binder: Binder): Rex {
  const operands = documentAndPath(node, 'JSON_EXISTS', binder);
  return call('JSON_EXISTS', [...operands, symbol(node.onError?.behavior ?? 'FALSE')], types.boolean());
}

/** A value inside JSON_OBJECT or JSON_ARRAY; JSON(…) is legal only here. */
function jsonItem(node: Expression, binder: Binder): Rex {
  const rex = binder.inJson().bind(node);
  if (isNullLiteral(rex)) throw refused(node, 'illegal-null', 'Type is not supported: ANY', 'TableException');
  const unsupported =
    rex.type.root === 'DATE' ||
    rex.type.root === 'TIME_WITHOUT_TIME_ZONE' ||
    rex.type.root === 'INTERVAL_DAY_TIME' ||
    rex.type.root === 'INTERVAL_YEAR_MONTH';
  if (unsupported) {
    const message = `Type '${asSummaryString(rex.type)}' is not scalar or cannot be converted into JSON.`;
    throw refused(node, 'not-json', message, 'CodeGenException');
  }
  return rex;
}

/** Operands: null behaviour, then keys and values. */
export function bindJsonObject(node: JsonObject, binder: Binder): Rex {
  const operands = node.entries.flatMap((entry) => {
    const key = binder.bind(entry.key);
    if (!isCharacter(key.type)) throw invalid(placeOf(entry.key), 'not-character', 'Expected a character type');
    return [key, jsonItem(entry.value, binder)];
  });
  return call('JSON_OBJECT', [symbol(node.onNull ?? 'NULL'), ...operands], types.string(false));
}

/** Operands: null behaviour, then items. */
export function bindJsonArray(node: JsonArray, binder: Binder): Rex {
  const operands = node.items.map((item) => jsonItem(item, binder));
  return call('JSON_ARRAY', [symbol(node.onNull ?? 'ABSENT'), ...operands], types.string(false));
}
