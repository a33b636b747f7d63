import type { Diagnostic } from '../../flink-sql/diagnostics.ts';
import type { Physical, Sink } from '../../flink-sql/plan/physical.ts';
import { timeAttribute } from '../../flink-sql/plan/rel-builder.ts';

/** Something about a pipeline that runs and yet may not do what is wanted. `code` without `review/`. */
export interface ReviewFinding {
  readonly code: string;
  readonly severity: Diagnostic['severity'];
  readonly message: string;
  /** Words of the statement that it is about; the statement's head when absent. */
  readonly about?: 'group' | 'join' | 'over' | 'sink' | 'from';
}

/** Names that tell of people, and those that tell that a value was hidden. */
const PERSONAL =
  /^(e_?mail|email_?address|phone|phone_?(number|no)|mobile|ssn|social_?security.*|passport.*|birth_?(date|day)|date_?of_?birth|dob|iban|credit_?card.*|card_?number|ip_?address|national_?id|tax_?id)$/i;
/** Sinks that are for looking at, not for keeping. */
const SHOWN = new Set(['print', 'blackhole']);

/** What a pipeline review finds in the plan of one sink. */
export function review(sink: Sink, nodes: readonly Physical[]): ReviewFinding[] {
  const bounded = nodes
    .filter((n) => n.kind === 'TableSourceScan')
    .every((n) => n.kind === 'TableSourceScan' && endsByItself(n));
  return [
    ...(bounded ? [] : stateFindings(nodes)),
    ...firstRowFindings(nodes),
    ...sinkFindings(sink),
    ...timeFindings(nodes),
    ...nodes.flatMap((n) => (n.kind === 'Join' && n.leftKeys.length === 0 ? [crossJoin] : [])),
  ];
}

const crossJoin: ReviewFinding = {
  code: 'join-without-key',
  severity: 'warning',
  message:
    'The join has no equality of columns: every row meets every row, in one parallel task, and all rows are kept.',
  about: 'join',
};

/** State that nothing bounds. */
function stateFindings(nodes: readonly Physical[]): ReviewFinding[] {
  const found: ReviewFinding[] = [];
  for (const node of nodes) {
    const { state } = node.traits;
    if (state?.bound !== 'unbounded') continue;
    const advice = ADVICE[node.kind];
    if (advice && !found.some((f) => f.code === advice.code)) {
      found.push({
        code: advice.code,
        severity: 'information',
        message: `State grows without bound: Flink keeps ${state.what}. ${advice.text}`,
        about: advice.about,
      });
    }
  }
  return found;
}

const ADVICE: Readonly<
  Partial<Record<Physical['kind'], { code: string; text: string; about: NonNullable<ReviewFinding['about']> }>>
> = {
  Join: {
    code: 'unbounded-join',
    text: 'Bound it with a time condition (interval join), FOR SYSTEM_TIME AS OF, a window, or table.exec.state.ttl.',
    about: 'join',
  },
  GroupAggregate: {
    code: 'unbounded-aggregate',
    text: 'Bound it with a window (TUMBLE, HOP, CUMULATE) or table.exec.state.ttl, unless the keys are few.',
    about: 'group',
  },
  Rank: {
    code: 'unbounded-rank',
    text: 'Bound it with a window Top-N or table.exec.state.ttl, unless the keys are few.',
    about: 'over',
  },
  Deduplicate: {
    code: 'unbounded-dedup',
    text: 'Bound it with a window deduplication or table.exec.state.ttl.',
    about: 'over',
  },
  OverAggregate: {
    code: 'unbounded-over',
    text: 'Bound the frame (RANGE BETWEEN INTERVAL … PRECEDING) or set table.exec.state.ttl.',
    about: 'over',
  },
};

/** Flink 2.1 and newer take such a Top-1 for a keep-first-row and emit the first row that comes as final (RankUtil). */
function firstRowFindings(nodes: readonly Physical[]): ReviewFinding[] {
  const wrong = nodes.some(
    (n) =>
      n.kind === 'Rank' &&
      !n.sortLimit &&
      !n.outputRankNumber &&
      n.rankStart === 1 &&
      n.rankEnd === 1 &&
      !n.traits.changelogMode.updateAfter &&
      n.order.some(
        (o) => timeAttribute(n.input.fields[o.index]?.type ?? { root: 'NULL', nullable: true }) === undefined,
      ),
  );
  if (!wrong) return [];
  const message =
    'Flink 2.1 and newer declare this Top-1 insert-only, as if it kept the first row that comes: rows that are better later are added and the old ones never taken back. Order by the negated value DESC, or by a time attribute.';
  return [{ code: 'top-1-insert-only', severity: 'warning', message, about: 'over' }];
}

function sinkFindings(sink: Sink): ReviewFinding[] {
  const { table, input } = sink;
  if (!table) return [];
  const found: ReviewFinding[] = [];
  const mode = input.traits.changelogMode;
  const connector = sink.options.connector ?? '';
  if (sink.upsertMaterialize) {
    const key = table.primaryKey?.columns.join(', ') ?? '';
    found.push({
      code: 'upsert-materialize',
      severity: 'information',
      message: `The query’s upsert key${sink.upsertKey ? ` (${sink.upsertKey.map((i) => input.fields[i]?.name).join(', ')})` : ''} is not within the sink’s primary key (${key}): Flink puts a SinkUpsertMaterializer in front, which keeps every row of a key. Make the primary key that of the query.`,
      about: 'sink',
    });
  }
  if (
    (mode.updateAfter || mode.delete) &&
    !table.primaryKey &&
    /^(jdbc|elasticsearch|mongodb|paimon|hudi|iceberg|doris|starrocks)/.test(connector)
  ) {
    found.push({
      code: 'updates-without-key',
      severity: 'warning',
      message: `The query updates rows, and table '${table.identifier.name}' has no PRIMARY KEY by which its sink could find them.`,
      about: 'sink',
    });
  }
  if (!SHOWN.has(connector)) {
    for (const f of sink.fields) {
      if (PERSONAL.test(f.name))
        found.push({
          code: 'personal-data',
          severity: 'information',
          message: `Column '${f.name}' looks like personal data and is written to '${table.identifier.name}' as it is: mask it (SHA256, LEFT, a constant) or leave it out where it is not needed.`,
          about: 'sink',
        });
    }
  }
  return found;
}

/** Watermarks that let nothing be late, or that idle partitions hold back. */
function timeFindings(nodes: readonly Physical[]): ReviewFinding[] {
  const needed = nodes.some((n) => n.traits.state?.bound === 'watermark');
  if (!needed) return [];
  const found: ReviewFinding[] = [];
  for (const node of nodes) {
    if (node.kind !== 'TableSourceScan') continue;
    const { table, options } = node;
    const name = table.identifier.name;
    const column = table.watermark && table.columns[table.watermark.column]?.name;
    if (table.watermark && table.watermark.text.replaceAll('`', '').trim() === column)
      found.push({
        code: 'no-lateness',
        severity: 'hint',
        message: `The watermark of '${name}' allows for no delay: every row that is older than one before it is late, and windows drop it. Write ${column} - INTERVAL '5' SECOND or what the source needs.`,
        about: 'from',
      });
    if (options.connector === 'kafka' && table.watermark && options['scan.watermark.idle-timeout'] === undefined)
      found.push({
        code: 'idle-partitions',
        severity: 'hint',
        message: `A partition of '${name}' without messages holds the watermark back, and no window closes. Set 'scan.watermark.idle-timeout' or table.exec.source.idle-timeout.`,
        about: 'from',
      });
  }
  return found;
}

function endsByItself(scan: Extract<Physical, { kind: 'TableSourceScan' }>): boolean {
  const { options } = scan;
  switch (options.connector) {
    case 'filesystem':
      return options['source.monitor-interval'] === undefined;
    case 'jdbc':
    case 'mongodb':
      return true;
    case 'datagen':
    case 'faker':
      return options['number-of-rows'] !== undefined && options['number-of-rows'] !== '-1';
    default:
      return options['scan.bounded.mode'] !== undefined && options['scan.bounded.mode'] !== 'unbounded';
  }
}
