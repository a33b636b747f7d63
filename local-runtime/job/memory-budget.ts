import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { FlinkFault } from '../errors.ts';

type Options = Readonly<Record<string, string>>;

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Share of the machine's memory that the state of a job may take where no option says how much. */
const SHARE = 0.5;
/** Share of the JavaScript heap at which a job is ended before the process is. */
const HEAP_SHARE = 0.9;

/** The state that an operator holds, for the budget. */
export interface Holder {
  readonly name: string;
  stateBytes(): number;
}

/** Bytes of a MemorySize text (`512mb`, `1 GiB`). */
function memoryBytes(key: string, text: string): number {
  const match = /^\s*(\d+)\s*([a-z]*)\s*$/i.exec(text);
  const unit = (match?.[2] ?? '').toLowerCase().replace(/(?:ibytes|bytes|ib|b)$/, '');
  const size = UNITS[unit];
  if (match && size !== undefined) return Number(match[1]) * size;
  throw new FlinkFault('IllegalArgumentException', `Could not parse value '${text}' for key '${key}'.`);
}

/**
 * How much state a job may keep: `millrace.memory.limit`, else `taskmanager.memory.process.size`, which says the same of a Flink
 * TaskManager, else half of the machine's memory (of the container's, where there is one).
 */
export function memoryLimit(options: Options): number {
  for (const key of ['millrace.memory.limit', 'taskmanager.memory.process.size']) {
    const text = options[key];
    if (text !== undefined) return memoryBytes(key, text);
  }
  const constrained = process.constrainedMemory();
  const machine = constrained > 0 && constrained < totalmem() ? constrained : totalmem();
  return Math.floor(machine * SHARE);
}

/** Keeps an eye on the state of a job's operators and ends the job before the machine runs out of memory. */
export class MemoryBudget {
  private readonly limit: number;
  private readonly held = new Map<Holder, number>();
  private total = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Looks at what an operator holds now; throws when all together hold too much. */
  check(holder: Holder): void {
    const bytes = holder.stateBytes();
    this.total += bytes - (this.held.get(holder) ?? 0);
    this.held.set(holder, bytes);
    if (this.total > this.limit) throw this.exceeded(`more than the limit of ${sizeText(this.limit)}`);
    const heap = getHeapStatistics();
    if (heap.used_heap_size > heap.heap_size_limit * HEAP_SHARE) {
      throw this.exceeded(`and the heap of ${sizeText(heap.heap_size_limit)} is nearly full`);
    }
  }

  /** Bytes that are left beside the state of all operators, as last looked at; less than none when copies of it were too much. */
  roomFor(copies: number): number {
    return this.limit - this.total - copies;
  }

  /** What ends a job whose last checkpoint, kept in memory, leaves its state too little room. */
  crowded(checkpoint: number): FlinkFault {
    return new FlinkFault(
      'TableException',
      `The state of the job takes ${sizeText(this.total)}, and its last checkpoint, which is kept in memory, ${sizeText(checkpoint)}, ` +
        `together more than the limit of ${sizeText(this.limit)}. Name a directory for checkpoints with 'execution.checkpointing.dir', ` +
        "let the state expire with 'table.exec.state.ttl', or raise 'millrace.memory.limit'.",
    );
  }

  private exceeded(why: string): FlinkFault {
    const [largest] = [...this.held].sort(([, a], [, b]) => b - a);
    const [holder, bytes] = largest as [Holder, number];
    return new FlinkFault(
      'TableException',
      `The state of the job takes ${sizeText(this.total)}, ${why}. The operator '${holder.name}' holds ${sizeText(bytes)} of it. ` +
        "Let its state expire with 'table.exec.state.ttl' or the hint STATE_TTL, use a window or an interval join, raise " +
        "'millrace.memory.limit', or run the job on a Flink cluster.",
    );
  }
}

function sizeText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = bytes;
  let unit = 0;
  for (; size >= 1024 && unit < units.length - 1; unit++) size /= 1024;
  return `${unit === 0 || Number.isInteger(size) ? size : size.toFixed(1)} ${units[unit]}`;
}
