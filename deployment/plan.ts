import { parse, type Statement, type StatementEntry } from '../flink-sql/syntax/index.ts';

/** A statement of the text, by offsets without its `;`. */
export interface PlannedStatement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface PlanProblem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** What deploying a script or notebook does: what is run first, and the INSERTs that become one job. */
export interface DeploymentPlan {
  readonly setup: readonly PlannedStatement[];
  readonly inserts: readonly PlannedStatement[];
  /** The statement that submits the job: the INSERT, or all of them as one STATEMENT SET. */
  readonly submit: string;
  /** Statements that are left out (queries, SHOW, what comes after the last INSERT), each with the reason. */
  readonly skipped: readonly PlanProblem[];
  /** Why it cannot be deployed; empty when it can. */
  readonly problems: readonly PlanProblem[];
}

/** Statements that a deployment runs before its INSERTs. */
const SETUP: ReadonlySet<string> = new Set<Statement['kind']>([
  'Set',
  'Reset',
  'Use',
  'UseModules',
  'LoadModule',
  'UnloadModule',
  'AddJar',
  'RemoveJar',
]);

/** What only looks. */
const LOOKS: ReadonlySet<string> = new Set<Statement['kind']>([
  'QueryStatement',
  'Explain',
  'ShowObjects',
  'ShowCurrent',
  'ShowCreate',
  'ShowPartitions',
  'Describe',
  'DescribeStatement',
  'DescribeJob',
  'ClientCommand',
]);

/**
 * Plans a text for deployment: SETs, USEs and DDL run in their order, then all INSERTs as one job. Queries are left out, as is what comes
 * after the last INSERT; what would make a second job, or end one, is a problem.
 */
export function planDeployment(text: string): DeploymentPlan {
  const { statements, errors } = parse(text);
  const problems: PlanProblem[] = errors.map(({ start, end, message }) => ({ start, end, message }));
  const skipped: PlanProblem[] = [];
  const setup: PlannedStatement[] = [];
  const inserts: PlannedStatement[] = [];
  let tail: PlannedStatement[] = [];
  let open = false;
  const place = ({ start, end }: { readonly start: number; readonly end: number }): PlannedStatement => ({
    start,
    end,
    text: text.slice(start, end),
  });
  const take = (statement: PlannedStatement): void => {
    setup.push(...tail);
    tail = [];
    inserts.push(statement);
  };
  for (const entry of statements) {
    const { node, start, end } = entry;
    if (!node || entry.errors.length > 0) continue;
    const found = insertsIn(node);
    if (found === 'begin' || found === 'end') open = found === 'begin';
    else if (found) for (const each of found) take(place(each === node ? entry : each));
    else if (LOOKS.has(node.kind)) skipped.push({ start, end, message: 'only looks, and is left out' });
    else if (isSetup(node)) (inserts.length > 0 ? tail : setup).push(place(entry));
    else problems.push(unfit(entry));
  }
  if (open) {
    const last = statements.at(-1);
    problems.push({ start: last?.start ?? 0, end: last?.end ?? 0, message: 'BEGIN STATEMENT SET has no END' });
  }
  for (const { start, end } of tail)
    skipped.push({ start, end, message: 'comes after the last INSERT, and is left out' });
  if (inserts.length === 0 && problems.length === 0) {
    problems.push({ start: 0, end: 0, message: 'There is no INSERT to deploy: a job writes into a table' });
  }
  return { setup, inserts, submit: submitText(inserts), skipped, problems };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The INSERTs of a statement; undefined for one that is none. */
function insertsIn(node: Statement): readonly Span[] | 'begin' | 'end' | undefined {
  switch (node.kind) {
    case 'Insert':
      return [node];
    case 'StatementSet':
      return node.inserts.filter(({ kind }) => kind === 'Insert');
    case 'BeginStatementSet':
      return 'begin';
    case 'EndStatementSet':
      return 'end';
    case 'ExecuteStatement': {
      const { statement } = node;
      return statement.kind === 'Insert' || statement.kind === 'StatementSet' ? insertsIn(statement) : undefined;
    }
    default:
      return undefined;
  }
}

function isSetup(node: Statement): boolean {
  if (SETUP.has(node.kind)) return true;
  // A materialized table, and a table made from a query, run jobs of their own.
  if ('asQuery' in node && node.asQuery !== undefined) return false;
  if (/MaterializedTable$/.test(node.kind)) return false;
  return /^(Create|Alter|Drop)/.test(node.kind);
}

function unfit({ node, start, end }: StatementEntry): PlanProblem {
  const at = { start, end };
  const kind = node?.kind ?? '';
  if (node && 'asQuery' in node && node.asQuery !== undefined) {
    return { ...at, message: 'CREATE TABLE … AS makes a job of its own: write CREATE TABLE and INSERT INTO' };
  }
  const words = kind.replace(/([a-z])([A-Z])/g, '$1 $2').toUpperCase();
  return { ...at, message: `${words} cannot be part of a deployment` };
}

function submitText(inserts: readonly PlannedStatement[]): string {
  if (inserts.length < 2) return inserts[0]?.text ?? '';
  return `EXECUTE STATEMENT SET BEGIN\n${inserts.map(({ text }) => `${text};\n`).join('')}END`;
}
