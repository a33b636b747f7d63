import type { Physical } from '../physical.ts';
import type { Rel } from '../rel.ts';
import { conjuncts } from '../rel-builder.ts';
import { makeAggregate } from './aggregate-nodes.ts';
import type { Connectors } from './connectors.ts';
import { correlateNode, functionAlone } from './correlate-nodes.ts';
import { planJoin } from './join-planning.ts';
import { checkMatchOutput } from './match-checks.ts';
import { makeOver } from './over-nodes.ts';
import { calc, draft, exchange, notYet, refs } from './physical-nodes.ts';
import type { Planner } from './planner.ts';
import { makeScan, makeWatermark } from './scan-nodes.ts';
import { makeSetOp } from './set-op-nodes.ts';
import { makeRank, makeSort } from './sort-nodes.ts';
import { checkWindowTime } from './window-aggregate-nodes.ts';

/** Logical nodes to the physical stream nodes that Flink makes of them, without traits and ids. */
export class PhysicalBuilder implements Planner {
  readonly connectors: Connectors;
  readonly duplicates: boolean;
  readonly isBatch: boolean;
  readonly scans = new Map<string, Physical>();

  /** `duplicates`: a CDC source may tell an event twice (table.exec.source.cdc-events-duplicate). `isBatch`: execution.runtime-mode. */
  constructor(connectors: Connectors, duplicates = false, isBatch = false) {
    this.isBatch = isBatch;
    this.connectors = connectors;
    this.duplicates = duplicates;
  }

  build(rel: Rel): Physical {
    switch (rel.kind) {
      case 'Scan':
        return makeScan(this, rel);
      case 'Values':
        return { ...draft, kind: 'Values', fields: rel.fields, rows: rel.rows };
      case 'Project':
        return calc(this.build(rel.input), rel.exprs, [], rel.fields);
      case 'Filter': {
        const input = this.build(rel.input);
        return calc(input, refs(input.fields), conjuncts(rel.condition), input.fields);
      }
      case 'Watermark':
        return makeWatermark(this, rel);
      case 'Aggregate':
        return makeAggregate(this, rel);
      case 'Join':
        return planJoin(this, rel);
      case 'SetOp':
        return makeSetOp(this, rel);
      case 'Sort':
        return makeSort(this, rel);
      case 'WindowTableFunction': {
        checkWindowTime(rel);
        const input = this.build(rel.input);
        const exchanged = rel.window.type === 'SESSION' ? exchange(input, rel.window.partition) : input;
        return { ...draft, kind: 'WindowTableFunction', fields: rel.fields, input: exchanged, window: rel.window };
      }
      case 'Expand':
        return { ...draft, kind: 'Expand', fields: rel.fields, input: this.build(rel.input), projects: rel.projects };
      case 'Over':
        return makeOver(this, rel);
      case 'Rank':
        return makeRank(this, rel);
      case 'Correlate':
        return correlateNode(this.build(rel.left), rel, this.connectors);
      case 'TableFunction':
        return functionAlone(rel, this.connectors);
      case 'Snapshot':
        throw notYet('FOR SYSTEM_TIME AS OF');
      case 'Match':
        return this.#match(rel);
    }
  }

  #match({ input, spec, fields }: Extract<Rel, { kind: 'Match' }>): Physical {
    checkMatchOutput(spec, fields);
    return { ...draft, kind: 'Match', fields, input: exchange(this.build(input), spec.partition), spec };
  }
}
