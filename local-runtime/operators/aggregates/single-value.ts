import type { Value } from '../../../flink-sql/plan/rex.ts';
import { FlinkFault } from '../../errors.ts';
import { ObjectAggregate } from './list.ts';

interface Single {
  value: Value;
  count: number;
}

/** SINGLE_VALUE of a scalar subquery (SingleValueAggFunction): more than one row fails the job. */
export class SingleValue extends ObjectAggregate<Single> {
  protected create(): Single {
    return { value: null, count: 0 };
  }
  protected add(acc: Single, row: number): void {
    if (acc.count > 0)
      throw new FlinkFault('TableRuntimeException', 'SingleValueAggFunction received more than one element.');
    acc.value = this.arg(0, row);
    acc.count++;
  }
  protected remove(acc: Single): void {
    if (acc.count !== 1 && acc.count !== 0) {
      throw new FlinkFault('TableRuntimeException', 'SingleValueAggFunction received more than one element.');
    }
    acc.value = null;
    acc.count--;
  }
  protected mergeInto(into: Single, from: Single): void {
    if (from.count === 0) return;
    into.value = from.value;
    into.count += from.count;
  }
  protected value(acc: Single): Value {
    return acc.value;
  }
  protected size(): number {
    return 1;
  }
}
