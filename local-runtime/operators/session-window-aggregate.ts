import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { OperatorContext } from './operator.ts';
import type { StateTable } from './state-table.ts';
import { WindowAccumulators } from './windows/accumulators.ts';
import { AggregateEmitter } from './windows/aggregate-emitter.ts';
import { windowsTable } from './windows/describe-windows.ts';
import { SessionWindows } from './windows/session-windows.ts';
import type { WindowSettings } from './windows/settings.ts';

/**
 * Aggregate over SESSION windows (TVF and legacy), insert-only: see SessionWindows; contents are accumulators, and a session emptied by
 * retractions is not emitted. Follows UnsliceWindowAggProcessor and WindowOperator.
 */
export class SessionWindowAggregateOperator extends SessionWindows {
  private readonly accumulators: WindowAccumulators;
  private readonly emitter: AggregateEmitter;

  constructor(settings: WindowSettings, inputTypes: readonly LogicalType[], context: OperatorContext) {
    const accumulators = new WindowAccumulators(settings.calls, inputTypes, settings.retracting, context.zone);
    super(settings, inputTypes, context, accumulators);
    this.accumulators = accumulators;
    this.emitter = new AggregateEmitter(settings, accumulators, this.keys, this.zone, context.clock, this.out);
  }

  describeState(): readonly StateTable[] {
    return [windowsTable('open sessions', this.settings, this.keys, this.accumulators, this.open())];
  }

  protected emitWindow(key: number, start: number, end: number, contents: number): void {
    this.emitter.emit(key, start, end, contents);
  }
}
