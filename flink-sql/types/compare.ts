import type { LogicalType } from './logical-type.ts';

/** Same type, nullability included; time attributes and field descriptions do not count. */
export function typesEqual(a: LogicalType, b: LogicalType): boolean {
  return a === b || (a.nullable === b.nullable && sameBaseType(a, b));
}

/** Same type but for its own nullability (that of elements and fields counts). */
export function sameBaseType(a: LogicalType, b: LogicalType): boolean {
  if (a === b) return true;
  if (a.root !== b.root) return false;
  switch (a.root) {
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return a.length === (b as typeof a).length;
    case 'DECIMAL':
      return a.precision === (b as typeof a).precision && a.scale === (b as typeof a).scale;
    case 'TIME_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return a.precision === (b as typeof a).precision;
    case 'INTERVAL_YEAR_MONTH':
      return a.resolution === (b as typeof a).resolution && a.yearPrecision === (b as typeof a).yearPrecision;
    case 'INTERVAL_DAY_TIME':
      return (
        a.resolution === (b as typeof a).resolution &&
        a.dayPrecision === (b as typeof a).dayPrecision &&
        a.fractionalPrecision === (b as typeof a).fractionalPrecision
      );
    case 'ARRAY':
    case 'MULTISET':
      return typesEqual(a.element, (b as typeof a).element);
    case 'MAP':
      return typesEqual(a.key, (b as typeof a).key) && typesEqual(a.value, (b as typeof a).value);
    case 'ROW': {
      const fields = (b as typeof a).fields;
      return (
        a.className === (b as typeof a).className &&
        a.fields.length === fields.length &&
        a.fields.every((field, i) => field.name === fields[i]?.name && typesEqual(field.type, fields[i].type))
      );
    }
    case 'RAW':
      return a.className === (b as typeof a).className && a.serializer === (b as typeof a).serializer;
    default:
      return true;
  }
}

/** The type without its time attribute, as it is once a time column went through an ordinary function. */
export function withoutTimeAttribute<T extends LogicalType>(type: T): T {
  if (!('attribute' in type) || type.attribute === undefined) return type;
  const { attribute: _, ...rest } = type as LogicalType & { attribute?: unknown };
  return rest as T;
}
