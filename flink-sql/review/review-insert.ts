import type { PlannedJob } from '../binder/api.ts';
import type { ResolvedTable } from '../catalog/model.ts';
import type { Diagnostic } from '../diagnostics.ts';
import type { ChangelogMode, Physical, Sink, TableSourceScan } from '../plan/physical.ts';
import { physicalInputs } from '../plan/traits.ts';
import type { QualifiedName, Statement } from '../syntax/ast.ts';
import { walk } from '../syntax/walk.ts';
import { connectorText, type Place, reviewNote } from './notes.ts';

/** What is to be said of an INSERT (or a statement set) as it was planned: changes that its sinks would not keep. */
export function reviewInserts(job: PlannedJob, statement: Statement): Diagnostic[] {
  return job.sinks.flatMap((sink) => {
    const { table } = sink;
    if (!table || !changes(sink.input.traits.changelogMode)) return [];
    return [...reviewSources(sink, statement), ...reviewSink(sink, table, targetPlace(statement, table))];
  });
}

const changes = (mode: ChangelogMode): boolean => mode.updateBefore || mode.updateAfter || mode.delete;

/** The tables whose changes flow into the sink. */
function reviewSources(sink: Sink, statement: Statement): Diagnostic[] {
  return scans(sink.input)
    .filter((scan) => changes(scan.traits.changelogMode))
    .map(({ table, options }) => {
      const { name } = table.identifier;
      const message =
        `${name} is a changelog (${connectorText(options)}): its updates and deletes, not only inserts, ` +
        `arrive at ${sink.table?.identifier.name ?? 'the sink'}.`;
      return reviewNote('information', 'review/changelog-source', message, sourcePlace(statement, name));
    });
}

/** Sinks that take every kind of change when they are planned, and then need a key to carry them out. */
function reviewSink({ options }: Sink, table: ResolvedTable, place: Place): Diagnostic[] {
  const { name } = table.identifier;
  const lost = (why: string, what: string): Diagnostic[] => [
    reviewNote(
      'warning',
      'review/sink-loses-changes',
      `Updates and deletes will fail or be lost in ${name}: ${why}. ${what}`,
      place,
    ),
  ];
  switch (options.connector) {
    case 'iceberg': {
      const upsert = options['write.upsert.enabled']?.toLowerCase() === 'true';
      const keyed = table.primaryKey !== undefined || options['equality-field-columns'] !== undefined;
      if (keyed && upsert) return reviewPartitions(table, place);
      const lacks = [keyed ? undefined : 'declares no primary key', upsert ? undefined : 'is not in upsert mode'];
      // With a key, Iceberg writes -U and -D as equality deletes: that is right, if the rows come as such.
      if (keyed) return [];
      return lost(
        `the table ${lacks.filter((lack) => lack !== undefined).join(' and ')}`,
        "Declare PRIMARY KEY (…) NOT ENFORCED and set 'format-version' = '2' and 'write.upsert.enabled' = 'true'.",
      );
    }
    case 'paimon':
      if (table.primaryKey) return [];
      return lost('a table without primary key takes appends alone', 'Declare PRIMARY KEY (…) NOT ENFORCED.');
    case 'hudi':
      if (table.primaryKey || options['hoodie.datasource.write.recordkey.field'] !== undefined) return [];
      return lost('the table has no record key', 'Declare PRIMARY KEY (…) NOT ENFORCED.');
    default:
      return [];
  }
}

/** Iceberg finds the row to replace in its own partition alone. */
function reviewPartitions(table: ResolvedTable, place: Place): Diagnostic[] {
  const keys = table.primaryKey?.columns ?? [];
  const outside = table.primaryKey ? table.partitionKeys.filter((key) => !keys.includes(key)) : [];
  return outside.map((key) =>
    reviewNote(
      'warning',
      'review/partition-outside-key',
      `Partition column ${key} of ${table.identifier.name} is not part of its primary key: Iceberg refuses upserts into such a table.`,
      place,
    ),
  );
}

function scans(node: Physical): TableSourceScan[] {
  return node.kind === 'TableSourceScan' ? [node] : physicalInputs(node).flatMap(scans);
}

const lastName = (name: QualifiedName): string | undefined => name.parts.at(-1)?.name;

/** Where the statement names a table that it reads; the statement itself where a view does. */
function sourcePlace(statement: Statement, name: string): Place {
  return placeOf(statement, (node) => (node.kind === 'TableRef' ? node.name : undefined), name);
}

function targetPlace(statement: Statement, table: ResolvedTable): Place {
  return placeOf(
    statement,
    (node) => {
      if (node.kind === 'Insert') return node.table;
      return node.kind === 'CreateTable' ? node.name : undefined;
    },
    table.identifier.name,
  );
}

function placeOf(
  statement: Statement,
  nameOf: (node: Parameters<Parameters<typeof walk>[1]>[0]) => QualifiedName | undefined,
  wanted: string,
): Place {
  let found: Place | undefined;
  walk(statement, (node) => {
    const name = nameOf(node);
    if (!found && name && lastName(name) === wanted) found = name;
    return !found;
  });
  return found ?? statement;
}
