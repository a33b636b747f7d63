import { quoteName } from '../catalog/store.ts';
import type { IntervalQualifier, RowTypeField, TypeNode } from '../syntax/ast.ts';

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** A type as Calcite prints what was parsed (SqlDataTypeSpec.unparse): synonyms become one word, numbers stay as written. */
export function typeText(type: TypeNode): string {
  const name = bareType(type);
  return 'nullability' in type && type.nullability === 'NOT NULL' ? `${name} NOT NULL` : name;
}

function bareType(type: TypeNode): string {
  switch (type.kind) {
    case 'BuiltinType': {
      const args = type.args.length > 0 ? `(${type.args.join(', ')})` : '';
      if (type.timeZone === undefined || type.timeZone === 'WITHOUT TIME ZONE') return `${type.name}${args}`;
      return `${type.name === 'TIMESTAMP_LTZ' ? 'TIMESTAMP' : type.name}${args} ${type.timeZone}`;
    }
    case 'ArrayType':
      return type.postfix ? `${typeText(type.element)} ARRAY` : `ARRAY< ${typeText(type.element)} >`;
    case 'MultisetType':
      return type.postfix ? `${typeText(type.element)} MULTISET` : `MULTISET< ${typeText(type.element)} >`;
    case 'MapType':
      return `MAP< ${typeText(type.key)}, ${typeText(type.value)} >`;
    case 'RowType':
      return type.parenthesized ? `ROW(${fields(type.fields)})` : `ROW< ${fields(type.fields)} >`;
    case 'StructuredType': {
      const attributes = type.fields.length > 0 ? `, ${fields(type.fields)}` : '';
      return `STRUCTURED< ${text(type.className.value)}${attributes} >`;
    }
    case 'RawType':
      return `RAW(${text(type.className.value)}, ${text(type.serializer.value)})`;
    case 'IntervalType':
      return `INTERVAL ${qualifierText(type.qualifier)}`;
    case 'UserType':
      return type.name.parts.map((part) => quoteName(part.name)).join('.');
    case 'Invalid':
      return '';
  }
}

const fields = (list: readonly RowTypeField[]): string =>
  list
    .map(({ name, type, comment }) => {
      const field = `${quoteName(name.name)} ${typeText(type)}`;
      return comment === undefined ? field : `${field} ${text(comment.value)}`;
    })
    .join(', ');

/** `DAY(3) TO SECOND(6)` as written. */
export function qualifierText({ from, to, precision, fractionalPrecision }: IntervalQualifier): string {
  if (to === undefined) {
    const numbers = [precision, fractionalPrecision].filter((n) => n !== undefined);
    return numbers.length > 0 ? `${from}(${numbers.join(', ')})` : from;
  }
  const lead = precision === undefined ? from : `${from}(${precision})`;
  return `${lead} TO ${to}${fractionalPrecision === undefined ? '' : `(${fractionalPrecision})`}`;
}
