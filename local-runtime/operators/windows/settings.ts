import type { GroupWindowAggregate, WindowAggregate } from '../../../flink-sql/plan/physical.ts';
import type { AggregateCall } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';

/** What the operators of session windows and of legacy group windows need to know of their node. */
export interface WindowSettings {
  readonly fields: readonly RowField[];
  readonly group: readonly number[];
  readonly calls: readonly AggregateCall[];
  readonly properties: readonly { readonly property: 'start' | 'end' | 'rowtime' | 'proctime' }[];
  readonly type: 'TUMBLE' | 'HOP' | 'SESSION';
  readonly timeIndex: number;
  readonly rowtime: boolean;
  readonly size: number;
  readonly slide: number;
  readonly offset: number;
  readonly ltz: boolean;
  readonly retracting: boolean;
  /** Legacy windows never clean up before 1970 (WindowOperator.cleanupTime). */
  readonly legacy: boolean;
}

export function legacySettings(node: GroupWindowAggregate, inputTypes: readonly LogicalType[]): WindowSettings {
  const { window } = node;
  return {
    fields: node.fields,
    group: node.group,
    calls: node.calls,
    properties: window.properties,
    type: window.type,
    timeIndex: window.timeIndex,
    rowtime: window.rowtime,
    size: window.size,
    slide: window.slide ?? window.size,
    offset: window.offset ?? 0,
    ltz: !window.rowtime || inputTypes[window.timeIndex]?.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE',
    retracting: node.retracting,
    legacy: true,
  };
}

export function sessionSettings(node: WindowAggregate): WindowSettings {
  const { window } = node;
  return {
    fields: node.fields,
    group: node.group,
    calls: node.calls,
    properties: node.properties,
    type: 'SESSION',
    timeIndex: window.timeIndex,
    rowtime: window.rowtime,
    size: window.size,
    slide: window.size,
    offset: 0,
    ltz: window.ltz,
    retracting: node.retracting,
    legacy: false,
  };
}
