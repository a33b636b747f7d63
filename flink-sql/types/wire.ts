import type { LogicalType } from './logical-type.ts';

/** JSON of a type as the SQL Gateway's REST answers hold it (`columns[].logicalType`). */
export type LogicalTypeJson = {
  readonly type: string;
  readonly nullable: boolean;
  readonly length?: number;
  readonly precision?: number;
  readonly scale?: number;
  readonly fractionalPrecision?: number;
  readonly resolution?: string;
  readonly elementType?: LogicalTypeJson;
  readonly keyType?: LogicalTypeJson;
  readonly valueType?: LogicalTypeJson;
  readonly fields?: readonly {
    readonly name: string;
    readonly fieldType: LogicalTypeJson;
    readonly description?: string;
  }[];
  readonly class?: string;
  readonly serializer?: string;
};

/** As LogicalTypeJsonSerializer of the gateway writes it. */
export function logicalTypeJson(type: LogicalType): LogicalTypeJson {
  const common = { type: type.root, nullable: type.nullable };
  switch (type.root) {
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return { ...common, length: type.length };
    case 'DECIMAL':
      return { ...common, precision: type.precision, scale: type.scale };
    case 'TIME_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return { ...common, precision: type.precision };
    // The planner keeps one type for each interval family, with default precisions.
    case 'INTERVAL_YEAR_MONTH':
      return { ...common, precision: 2, resolution: 'MONTH' };
    case 'INTERVAL_DAY_TIME':
      return { ...common, precision: 2, fractionalPrecision: 3, resolution: 'SECOND' };
    case 'ARRAY':
    case 'MULTISET':
      return { ...common, elementType: logicalTypeJson(type.element) };
    case 'MAP':
      return { ...common, keyType: logicalTypeJson(type.key), valueType: logicalTypeJson(type.value) };
    case 'ROW':
      return {
        ...common,
        fields: type.fields.map(({ name, type: fieldType, description }) =>
          description === undefined
            ? { name, fieldType: logicalTypeJson(fieldType) }
            : { name, fieldType: logicalTypeJson(fieldType), description },
        ),
      };
    case 'RAW':
      return { ...common, class: type.className, serializer: type.serializer };
    default:
      return common;
  }
}
