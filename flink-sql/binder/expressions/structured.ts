import type { Rex } from '../../plan/rex.ts';
import type { FunctionCall } from '../../syntax/ast.ts';
import { isCharacter } from '../../types/families.ts';
import { classNameFault } from '../../types/from-syntax.ts';
import { type RowField, type RowType, types, withNullability } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import { type Binder, call, isNullLiteral, nullOf } from './binder.ts';
import { refused } from './errors.ts';
import { noMatch } from './signatures.ts';

const SUPPORTED = '.\nSupported signatures are:\n';
const OBJECT_OF = `${SUPPORTED}OBJECT_OF(class name STRING, [STRING, ANY]*...)`;
const OBJECT_UPDATE = `${SUPPORTED}OBJECT_UPDATE(object STRUCTURED_TYPE, [STRING, ANY]+...)`;

/** OBJECT_OF('class', 'field', value, …): a value of a structured type (ObjectOfInputTypeStrategy, ObjectOfTypeStrategy). */
export function bindObjectOf(node: FunctionCall, binder: Binder): Rex {
  const operands = node.args.map((argument) => binder.bind(argument));
  const [name, ...rest] = operands;
  if (!name || rest.length % 2 === 1) throw noMatch(node, 'OBJECT_OF', operands, OBJECT_OF);
  const refuse = (message: string) => refused(node, 'bad-arguments', message);
  if (!isCharacter(name.type)) {
    throw refuse(
      `The first argument must be a non-nullable character string representing the class name, but was ${asSummaryString(name.type)}.`,
    );
  }
  if (name.kind !== 'Literal') {
    throw refuse('The first argument must be a non-nullable character string literal representing the class name.');
  }
  const className = String(name.value);
  const fields: RowField[] = [];
  const values: Rex[] = [];
  for (const { key, value, position } of pairs(rest, node, 'non-nullable')) {
    if (fields.some((field) => field.name === key)) {
      throw refuse(`The field name '${key}' at position ${position} is repeated.`);
    }
    fields.push({ name: key, type: value.type });
    values.push(value);
  }
  const fault = classNameFault(className);
  if (fault !== undefined) throw refuse(fault);
  // The planner forgets that it is NOT NULL.
  return call('ROW', values, { ...types.row(fields, true), className });
}

/** OBJECT_UPDATE(object, 'field', value, …): the object with some fields anew (ObjectUpdateTypeStrategy). */
export function bindObjectUpdate(node: FunctionCall, binder: Binder): Rex {
  const operands = node.args.map((argument) => binder.bind(argument));
  const [object, ...rest] = operands;
  if (!object || rest.length % 2 === 1) throw noMatch(node, 'OBJECT_UPDATE', operands, OBJECT_UPDATE);
  const refuse = (message: string) => refused(node, 'bad-arguments', message);
  const { type } = object;
  if (type.root !== 'ROW' || type.className === undefined) {
    throw refuse(`The first argument must be a structured type, but was ${asSummaryString(type)}.`);
  }
  const anew = new Map<string, Rex>();
  for (const { key, value, position } of pairs(rest, node, 'non-null')) {
    if (!type.fields.some((field) => field.name === key)) {
      const known = type.fields.map((field) => field.name).join(', ');
      throw refuse(
        `The field name '${key}' at position ${position} is not part of the structured type attributes. Available attributes: [${known}].`,
      );
    }
    if (anew.has(key)) throw refuse(`The field name '${key}' at position ${position} is repeated.`);
    anew.set(key, value);
  }
  const values = type.fields.map(
    (field, index): Rex =>
      anew.get(field.name) ?? { kind: 'FieldAccess', operand: object, index, name: field.name, type: field.type },
  );
  const fields = type.fields.map((field, i) => ({ ...field, type: (values[i] as Rex).type }));
  const result: RowType = { ...type, nullable: false, fields };
  const updated = call('ROW', values, result);
  if (!type.nullable) return updated;
  const isNull = call('IS NULL', [object], types.boolean(false));
  const nullable = withNullability(result, true);
  return call('CASE', [isNull, nullOf(nullable), call('ROW', values, nullable)], nullable);
}

/** The keys, which are literals, with their values; positions count from the first argument, which is 1. */
function pairs(
  rest: readonly Rex[],
  node: FunctionCall,
  wanted: string,
): { key: string; value: Rex; position: number }[] {
  const found: { key: string; value: Rex; position: number }[] = [];
  for (let i = 0; i < rest.length; i += 2) {
    const [key, value] = [rest[i] as Rex, rest[i + 1] as Rex];
    const position = i + 2;
    const must = `The field key at position ${position} must be a ${wanted} character string`;
    if (!isCharacter(key.type)) {
      throw refused(node, 'bad-arguments', `${must}, but was ${asSummaryString(key.type)}.`);
    }
    if (key.kind !== 'Literal') throw refused(node, 'bad-arguments', `${must} literal.`);
    if (isNullLiteral(value)) throw refused(node, 'illegal-null', 'Illegal type: NULL', 'IllegalArgumentException');
    found.push({ key: String(key.value), value, position });
  }
  return found;
}
