import {
  applyCommand,
  type BindContext,
  type BindResult,
  bindStatement,
  type ConnectorTraits,
  explain,
  planInserts,
  planQuery,
  type Runnable,
} from '../../../flink-sql/binder/index.ts';
import { CatalogStore } from '../../../flink-sql/catalog/store.ts';
import type { Diagnostic } from '../../../flink-sql/diagnostics.ts';
import { parse } from '../../../flink-sql/syntax/index.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';

const CDC = ['debezium-json', 'canal-json', 'maxwell-json', 'ogg-json'];

/** What the planner is told of connectors in these tests; the runtime has its own. */
export const CONNECTORS: ConnectorTraits = {
  source({ connector, format }) {
    const isCdc = format !== undefined && CDC.includes(format);
    return {
      changelog: connector === 'upsert-kafka' ? 'upsert' : isCdc ? 'all' : 'insert-only',
      bounded: connector === 'filesystem',
      watermarkPushDown: connector === 'kafka' || connector === 'upsert-kafka',
      projectionPushDown: connector !== 'datagen',
      metadata: {},
    };
  },
  sink({ connector, format }) {
    const isCdc = format !== undefined && CDC.includes(format);
    const accepts = connector === 'print' || isCdc ? 'all' : connector === 'filesystem' ? 'insert-only' : 'upsert';
    return { accepts, metadata: {} };
  },
};

/** What came of a statement: its answer as lines, or the first fault. */
export interface Outcome {
  readonly lines?: readonly string[];
  readonly fault?: Diagnostic;
}

/** Binds, applies and plans statement after statement over one catalog, as a session does, without running anything. */
export class PlanningSession {
  readonly catalog = new CatalogStore();
  readonly context: BindContext;

  constructor(options: Readonly<Record<string, string>> = {}) {
    this.context = { catalog: this.catalog, options, connectors: CONNECTORS };
  }

  run(sql: string): Outcome {
    const parsed = parse(sql);
    const [mistake] = parsed.errors;
    if (mistake) {
      const { message, start, end } = mistake;
      const fault = {
        severity: 'error',
        code: 'syntax',
        message,
        exception: 'ParseException',
        start,
        end,
        placed: true,
      };
      return { fault: fault as Diagnostic };
    }
    const lines: string[] = [];
    for (const { node } of parsed.statements) {
      const result = node ? this.#statement(bindStatement(node, sql, this.context)) : { lines: [] };
      if (result.fault) {
        return result;
      }
      lines.push(...(result.lines ?? []));
    }
    return { lines };
  }

  #statement(bound: ReturnType<typeof bindStatement>): Outcome {
    const statement = bound.value;
    if (!statement) {
      return { fault: bound.diagnostics[0] as Diagnostic };
    }
    switch (statement.kind) {
      case 'catalog':
        return told(applyCommand(statement.command, this.catalog), () => ['OK']);
      case 'query': {
        const { fields } = statement.query;
        const row = fields.map((field) => `${field.name} ${asSummaryString(field.type)}`).join(', ');
        return told(planQuery(statement.query, this.context), () => [row]);
      }
      case 'insert':
        return told(planInserts([statement.insert], this.context), () => ['INSERT']);
      case 'statementSet':
        return told(planInserts(statement.inserts, this.context), () => ['STATEMENT SET']);
      case 'createTableAs':
        return told(applyCommand(statement.command, this.catalog), () => ['OK']);
      case 'explain': {
        const runnable = toRunnable(statement.statement);
        return runnable ? told(explain(runnable, statement.details, this.context), (text) => [text]) : { lines: [] };
      }
      case 'utility':
        return { lines: [] };
    }
  }
}

function toRunnable(statement: NonNullable<ReturnType<typeof bindStatement>['value']>): Runnable | undefined {
  switch (statement.kind) {
    case 'query':
      return { kind: 'query', query: statement.query };
    case 'insert':
    case 'createTableAs':
      return { kind: 'inserts', inserts: [statement.insert] };
    case 'statementSet':
      return { kind: 'inserts', inserts: statement.inserts };
    default:
      return undefined;
  }
}

function told<T>(result: BindResult<T>, lines: (value: T) => readonly string[]): Outcome {
  return result.value === undefined ? { fault: result.diagnostics[0] as Diagnostic } : { lines: lines(result.value) };
}
