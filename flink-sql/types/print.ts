import { type LogicalType, MAX_LENGTH, type RowField } from './logical-type.ts';

/** LogicalType.asSummaryString: what Flink prints in messages and DESCRIBE, e.g. `STRING NOT NULL`, `TIMESTAMP(3) *ROWTIME*`. */
export function asSummaryString(type: LogicalType): string {
  const nullability = type.nullable ? '' : ' NOT NULL';
  const attribute = 'attribute' in type && type.attribute ? ` *${type.attribute}*` : '';
  return base(type, summary) + nullability + attribute;
}

/** LogicalType.asSerializableString: what SHOW CREATE TABLE prints, parseable by Flink, e.g. `VARCHAR(2147483647) NOT NULL`. */
export function asSerializableString(type: LogicalType): string {
  return base(type, serializable) + (type.nullable ? '' : ' NOT NULL');
}

interface Style {
  print(type: LogicalType): string;
  /** Short names: STRING, BYTES, TIMESTAMP_LTZ. */
  readonly short: boolean;
}
const summary: Style = { print: asSummaryString, short: true };
const serializable: Style = { print: asSerializableString, short: false };

function base(type: LogicalType, style: Style): string {
  switch (type.root) {
    case 'CHAR':
    case 'BINARY':
      return `${type.root}(${type.length})`;
    case 'VARCHAR':
      return style.short && type.length === MAX_LENGTH ? 'STRING' : `VARCHAR(${type.length})`;
    case 'VARBINARY':
      return style.short && type.length === MAX_LENGTH ? 'BYTES' : `VARBINARY(${type.length})`;
    case 'INTEGER':
      return 'INT';
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'TIME_WITHOUT_TIME_ZONE':
      return `TIME(${type.precision})`;
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
      return `TIMESTAMP(${type.precision})`;
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return style.short ? `TIMESTAMP_LTZ(${type.precision})` : `TIMESTAMP(${type.precision}) WITH LOCAL TIME ZONE`;
    // The planner forgets an interval's qualifier (FlinkTypeFactory.toLogicalType): two types are left.
    case 'INTERVAL_YEAR_MONTH':
      return 'INTERVAL MONTH';
    case 'INTERVAL_DAY_TIME':
      return 'INTERVAL SECOND(3)';
    case 'ARRAY':
    case 'MULTISET':
      return `${type.root}<${style.print(type.element)}>`;
    case 'MAP':
      return `MAP<${style.print(type.key)}, ${style.print(type.value)}>`;
    case 'ROW':
      if (type.className !== undefined) {
        const fields = type.fields.map((field) => `, ${rowField(field, style)}`).join('');
        return `STRUCTURED<'${type.className}'${fields}>`;
      }
      return `ROW<${type.fields.map((field) => rowField(field, style)).join(', ')}>`;
    case 'RAW':
      return style.short ? `RAW('${type.className}', '...')` : `RAW('${type.className}', '${type.serializer}')`;
    default:
      return type.root;
  }
}

function rowField(field: RowField, style: Style): string {
  const text = `${quoteName(field.name)} ${style.print(field.type)}`;
  return field.description === undefined ? text : `${text} '${field.description.replaceAll("'", "''")}'`;
}

/** A name in backticks as Flink escapes it. */
export const quoteName = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
