import type { BindContext } from '../../flink-sql/binder/index.ts';
import type { CatalogStore } from '../../flink-sql/catalog/store.ts';
import { serializableName, summaryName } from '../../flink-sql/catalog/store.ts';
import { findOption, sessionOptions } from '../../flink-sql/connectors/index.ts';
import { checkValue, OptionFault } from '../../flink-sql/connectors/option-values.ts';
import type { Diagnostic } from '../../flink-sql/diagnostics.ts';
import { findBuiltIn, listedFunctionNames } from '../../flink-sql/functions/catalogue.ts';
import type {
  AnalyzeTable,
  Describe,
  QualifiedName,
  SetStatement,
  ShowCreate,
  ShowObjects,
  Statement,
} from '../../flink-sql/syntax/ast.ts';

interface Place {
  readonly start: number;
  readonly end: number;
}

interface Fault extends Place {
  readonly message: string;
  readonly exception: string;
  readonly code: string;
  readonly severity?: Diagnostic['severity'];
}

/**
 * What Flink says to statements that only look at the session or change it (SHOW, DESCRIBE, SET, ANALYZE …): nothing that the binder
 * binds. What only a running cluster knows (jobs, modules, files) is not checked.
 */
export function checkUtility(statement: Statement, source: string, context: BindContext): Diagnostic[] {
  const fault = faultOf(statement, source, context);
  return fault ? [{ severity: 'error', ...fault, placed: false }] : [];
}

const fault = (place: Place, message: string, code = 'unknown-table', exception = 'ValidationException'): Fault => ({
  start: place.start,
  end: place.end,
  message,
  exception,
  code,
});

const partsOf = (name: QualifiedName): string[] => name.parts.map((p) => p.name);

function faultOf(statement: Statement, source: string, { catalog, options }: BindContext): Fault | undefined {
  switch (statement.kind) {
    case 'ShowObjects':
      return showObjects(statement, catalog);
    case 'ShowCreate':
      return showCreate(statement, catalog);
    case 'ShowPartitions': {
      const id = catalog.qualify(partsOf(statement.table));
      const object = catalog.object(id);
      const of = `${id.database}.${id.name}`;
      if (!object)
        return fault(
          statement.table,
          `Table (or view) ${of} does not exist in Catalog ${id.catalog}.`,
          'unknown-table',
          'TableNotExistException',
        );
      if (object.kind === 'table' && object.partitionKeys.length > 0) return undefined;
      const message = `Table ${of} in catalog ${id.catalog} is not partitioned.`;
      return fault(statement.table, message, 'not-partitioned', 'TableNotPartitionedException');
    }
    case 'Describe':
      return describe(statement, catalog);
    case 'DescribeJob':
      return /^[0-9a-f]{32}$/i.test(statement.id.value)
        ? undefined
        : fault(statement.id, 'Argument bytes must by an array of 16 bytes', 'job-id', 'IllegalArgumentException');
    case 'Set':
      return set(statement);
    case 'TruncateTable':
      return truncate(statement.table, catalog, options['execution.runtime-mode']);
    case 'AnalyzeTable':
      return analyze(statement, catalog);
    case 'Merge': {
      const message = `Unsupported query: ${source.slice(statement.start, statement.end)}`;
      return fault(statement, message, 'unsupported', 'TableException');
    }
    case 'RemoveJar':
      return {
        ...fault(statement, "SQL Gateway doesn't support REMOVE JAR syntax now.", 'unsupported'),
        exception: 'UnsupportedOperationException',
      };
    case 'ClientCommand': {
      const message = `${statement.command} is a command of Flink's SQL client: a SQL gateway does not take it.`;
      return { ...fault(statement, message, 'client-command', 'TableException'), severity: 'information' };
    }
    default:
      return undefined;
  }
}

function showObjects(statement: ShowObjects, catalog: CatalogStore): Fault | undefined {
  const { scope } = statement;
  if (!scope) return undefined;
  const parts = partsOf(scope.name);
  switch (statement.what) {
    case 'COLUMNS':
      return catalog.resolve(parts) ? undefined : missingObject(scope.name, catalog);
    case 'DATABASES':
      return catalog.catalog(parts.join('.'))
        ? undefined
        : fault(scope.name, `Catalog ${parts.join('.')} does not exist`, 'unknown-catalog');
    case 'TABLES':
    case 'VIEWS':
    case 'MODELS': {
      const [first = '', second] = parts;
      const [inCatalog, database] = second === undefined ? [catalog.currentCatalog, first] : [first, second];
      if (!catalog.catalog(inCatalog))
        return fault(scope.name, `Catalog ${inCatalog} does not exist`, 'unknown-catalog');
      return catalog.database(inCatalog, database)
        ? undefined
        : fault(scope.name, `Database '${inCatalog}'.'${database}' doesn't exist.`, 'unknown-database');
    }
    default:
      return undefined;
  }
}

const missingObject = (name: QualifiedName, catalog: CatalogStore): Fault =>
  fault(name, `Tables or views with the identifier '${summaryName(catalog.qualify(partsOf(name)))}' doesn't exist.`);

function showCreate({ what, name }: ShowCreate, catalog: CatalogStore): Fault | undefined {
  const parts = partsOf(name);
  if (what === 'CATALOG') return describedCatalog(name, catalog);
  const id = catalog.qualify(parts);
  const missing = (kind: string): Fault =>
    fault(
      name,
      `Could not execute SHOW CREATE ${what}. ${kind} with identifier ${serializableName(id)} does not exist.`,
    );
  if (what === 'MODEL') return catalog.model(id) ? undefined : missing('Model');
  const object = catalog.object(id);
  if (!object) return missing(what === 'VIEW' ? 'View' : what === 'TABLE' ? 'Table' : 'Materialized table');
  if (what === 'MATERIALIZED TABLE')
    return fault(name, `${serializableName(id)} is not a materialized table.`, 'wrong-kind', 'ClassCastException');
  const wanted = what === 'VIEW' ? 'view' : 'table';
  if (object.kind === wanted) return undefined;
  return fault(
    name,
    `SHOW CREATE ${what} is only supported for ${wanted}s, but ${serializableName(id)} is a ${object.kind}. Please use SHOW CREATE ${object.kind.toUpperCase()} instead.`,
    'wrong-kind',
    'TableException',
  );
}

function describedCatalog(name: QualifiedName, catalog: CatalogStore): Fault | undefined {
  const spelled = partsOf(name).join('.');
  if (catalog.catalog(spelled) && spelled !== 'default_catalog') return undefined;
  return fault(name, `Cannot obtain metadata information from Catalog ${spelled}.`, 'unknown-catalog');
}

function describe({ what, name }: Describe, catalog: CatalogStore): Fault | undefined {
  const parts = partsOf(name);
  switch (what) {
    case 'TABLE':
      return catalog.resolve(parts) ? undefined : missingObject(name, catalog);
    case 'CATALOG':
      return describedCatalog(name, catalog);
    case 'MODEL': {
      const id = catalog.qualify(parts);
      return catalog.model(id)
        ? undefined
        : fault(name, `Model with the identifier '${summaryName(id)}' doesn't exist.`, 'unknown-model');
    }
    case 'FUNCTION': {
      if (catalog.function(parts)) return undefined;
      const asked = parts.join('.');
      const builtIn = findBuiltIn(asked);
      if (listedFunctionNames.some((n) => n.toLowerCase() === asked.toLowerCase())) return undefined;
      if (builtIn && builtIn.kind !== 'table') return undefined;
      const message = `Function with the identifier '${parts.map((p) => `\`${p}\``).join('.')}' doesn't exist.`;
      return fault(name, message, 'unknown-function');
    }
    default:
      return undefined;
  }
}

/** Options that Flink reads as soon as they are set; all others it reads when they are used. */
const READ_AT_ONCE =
  /^(execution\.(runtime-mode|checkpointing\.(interval|mode|timeout|min-pause|max-concurrent-checkpoints|tolerable-failed-checkpoints|externalized-checkpoint-retention))|parallelism\.default|pipeline\.(max-parallelism|object-reuse|auto-watermark-interval))$/;

function set({ key, value }: SetStatement): Fault | undefined {
  if (!key || !value || !READ_AT_ONCE.test(key.value)) return undefined;
  const doc = findOption(key.value, sessionOptions);
  if (!doc) return undefined;
  try {
    const text = key.value === 'execution.runtime-mode' ? value.value : value.value.replaceAll('-', '_');
    checkValue(doc, key.value, doc.type === 'ENUM' ? text : value.value);
    return undefined;
  } catch (error) {
    if (!(error instanceof OptionFault)) throw error;
    return fault(value, error.message, 'option-value', error.name);
  }
}

function truncate(name: QualifiedName, catalog: CatalogStore, mode: string | undefined): Fault | undefined {
  const id = catalog.qualify(partsOf(name));
  const object = catalog.object(id);
  if (!object)
    return fault(
      name,
      `Cannot find table '${serializableName(id)}' in any of the catalogs [${catalog.catalogNames().join(', ')}], nor as a temporary table.`,
    );
  if (object.kind === 'view') return fault(name, 'TRUNCATE TABLE for a view is not allowed', 'wrong-kind');
  if (mode?.toUpperCase() === 'BATCH') return undefined;
  return fault(name, 'TRUNCATE TABLE statement is not supported in streaming mode.', 'unsupported', 'TableException');
}

function analyze({ table, partition, columns }: AnalyzeTable, catalog: CatalogStore): Fault | undefined {
  const id = catalog.qualify(partsOf(table));
  const object = catalog.object(id);
  if (object?.kind !== 'table') return undefined;
  if (Array.isArray(columns)) {
    const missing = columns.find((c) => !object.columns.some((o) => o.name === c.name));
    if (missing)
      return fault(
        missing,
        `Column: ${missing.name} does not exist in the table: ${serializableName(id)}.`,
        'unknown-column',
      );
  }
  if (object.partitionKeys.length === 0) return undefined;
  const given = partition?.items.map((i) => i.name.name) ?? [];
  if (object.partitionKeys.every((k) => given.includes(k))) return undefined;
  return fault(
    table,
    `Invalid ANALYZE TABLE statement. For partition table, all partition keys should be specified explicitly. The given partition keys: [${given.join(', ')}] are not match the target partition keys: [${object.partitionKeys.join(', ')}]`,
    'partition-keys',
  );
}
