import type { Diagnostic } from '../../flink-sql/diagnostics.ts';
import { listedFunctionNames } from '../../flink-sql/functions/catalogue.ts';
import type { Insert, Select, SyntaxNode } from '../../flink-sql/syntax/ast.ts';
import { isReserved, pathAt, walk } from '../../flink-sql/syntax/index.ts';
import { missingGroups } from './completion/grouping.ts';
import { definitionFixes, elementEdit } from './definition-fixes.ts';
import type { TextEdit } from './format.ts';
import { written } from './names.ts';
import { nearest } from './nearest.ts';
import { hintOptionFixes, optionFixes, setFixes } from './option-fixes.ts';
import type { AnalyzedStatement, AnalyzedText } from './program.ts';
import { refactorings } from './refactor/index.ts';
import { reviewsOf } from './reviews.ts';
import { scopeAt } from './scope-at.ts';
import { sinkFixes } from './sink-fixes.ts';
import { createSinkFor } from './sink-table.ts';
import { windowFixes } from './window-fixes.ts';

/** A change that mends something. */
export interface CodeAction {
  readonly title: string;
  readonly kind: 'quickfix' | 'refactor' | 'refactor.extract' | 'refactor.inline' | 'refactor.rewrite';
  readonly edits: readonly TextEdit[];
  /** Changes in other texts of the program. */
  readonly also?: readonly { readonly id: string; readonly edits: readonly TextEdit[] }[];
  /** What it mends. */
  readonly diagnostic?: Diagnostic;
}

/** What mends the faults that touch a range, and what can be done to the statement there. `program` are all texts of the session. */
export function quickFixes(
  analyzed: AnalyzedText,
  start: number,
  end: number,
  program: readonly AnalyzedText[] = [analyzed],
): CodeAction[] {
  const touches = (d: Diagnostic): boolean => d.start <= end && d.end >= start;
  const notes = analyzed.statements
    .filter((s) => s.start <= end && s.end >= start)
    .flatMap((s) => reviewsOf(s, analyzed.source.text));
  const fixes = [...analyzed.diagnostics, ...notes].filter(touches).flatMap((d) => {
    const statement = analyzed.statements.find((s) => s.start <= d.start && d.start <= s.end);
    const found = fixesOf(d, statement, analyzed);
    if (statement?.node) found.push(...definitionFixes(d, statement, analyzed, program));
    return found.map((action): CodeAction => ({ ...action, diagnostic: d }));
  });
  const here = analyzed.statements.find((s) => s.start <= start && start <= s.end);
  const free = here?.node
    ? [
        ...tableFixes(here, analyzed, start),
        ...windowFixes(here, analyzed.source.text, start),
        ...createSinkFor(here, analyzed, start),
        ...refactorings(here, analyzed.source.text, start),
      ]
    : [];
  return [...fixes, ...free];
}

function fixesOf(d: Diagnostic, statement: AnalyzedStatement | undefined, analyzed: AnalyzedText): CodeAction[] {
  const { text } = analyzed.source;
  const word = text.slice(d.start, d.end);
  switch (d.code) {
    case 'unknown-column':
      return statement ? replaceBy(d, columnName(word), columnsAt(statement, analyzed, d.start)) : [];
    case 'unknown-table':
    case 'unknown-view':
      return statement ? replaceBy(d, word.replaceAll('`', ''), objectNames(statement)) : [];
    case 'unknown-function': {
      const name = /^\w+/.exec(word)?.[0] ?? '';
      const names = listedFunctionNames.filter((n) => /^[a-z]\w*$/i.test(n)).map((n) => n.toUpperCase());
      // A function's name stays as it is where a name of a table would want back quotes.
      return replaceBy({ start: d.start, end: d.start + name.length }, name, names, (best) => best);
    }
    case 'unknown-catalog':
      return statement ? replaceBy(d, word.replaceAll('`', ''), statement.context.catalog.catalogNames()) : [];
    case 'unknown-database': {
      if (!statement) return [];
      const { catalog } = statement.context;
      return replaceBy(d, word.replaceAll('`', ''), catalog.databaseNames(catalog.currentCatalog));
    }
    case 'connector':
      return statement ? hintOptionFixes(d, statement) : [];
    case 'option-value':
      return statement ? setFixes(d, statement) : [];
    case 'not-grouped':
      return statement ? addGroups(d, statement, text) : [];
    case 'sink-schema':
    case 'column-count':
      return statement ? sinkFixes(statement, text) : [];
    case 'temporal-join':
    case 'system-time':
      return statement ? toLookupJoin(statement, text, d) : [];
    case 'missing-semicolon': {
      const at = text.slice(0, d.start).trimEnd().length;
      return [
        { title: 'Terminate the statement with ;', kind: 'quickfix', edits: [{ start: at, end: at, text: ';' }] },
      ];
    }
    default:
      return d.exception === 'SqlParserException' || /Parse/.test(d.exception)
        ? syntaxFixes(d, word, text, analyzed)
        : [];
  }
}

function replaceBy(
  place: { readonly start: number; readonly end: number },
  name: string,
  known: readonly string[],
  spell: (name: string) => string = written,
): CodeAction[] {
  return nearest(name, known).map(
    (best): CodeAction => ({
      title: `Did you mean '${best}'?`,
      kind: 'quickfix',
      edits: [{ start: place.start, end: place.end, text: spell(best) }],
    }),
  );
}

const columnName = (text: string): string => text.split('.').at(-1)?.replaceAll('`', '').trim() ?? text;

function columnsAt(statement: AnalyzedStatement, { source }: AnalyzedText, offset: number): string[] {
  if (statement.node?.kind === 'Insert') {
    const columns = statement.node.columns;
    if (columns?.some((c) => c.start <= offset && offset <= c.end)) {
      const table = statement.context.catalog.resolve(statement.node.table.parts.map((p) => p.name));
      return table?.columns.map((c) => c.name) ?? [];
    }
  }
  const { relations } = scopeAt(pathAt(statement.node as SyntaxNode, offset), source.text, statement.context);
  return relations.flatMap((r) => r.fields.map((f) => f.name));
}

function objectNames({ context: { catalog }, node }: AnalyzedStatement): string[] {
  const names = catalog.objects(catalog.currentCatalog, catalog.currentDatabase).map((o) => o.identifier.name);
  if (node)
    walk(node as SyntaxNode, (n) => {
      if (n.kind === 'WithItem') names.push(n.name.name);
    });
  return names;
}

/** A reserved word that is meant as a name, and the semicolon that is missing. */
function syntaxFixes(d: Diagnostic, word: string, text: string, { statements }: AnalyzedText): CodeAction[] {
  const actions: CodeAction[] = [];
  const upper = word.toUpperCase();
  const before = /([\w]+)\s*$/.exec(text.slice(0, d.start));
  for (const [name, start] of [
    [word, d.start],
    [before?.[1] ?? '', before ? before.index : 0],
  ] as const) {
    if (/^\w+$/.test(name) && isReserved(name.toUpperCase()) && !CLAUSES.has(name.toUpperCase()))
      actions.push({
        title: `Quote the reserved word '${name}'`,
        kind: 'quickfix',
        edits: [{ start, end: start + name.length, text: `\`${name}\`` }],
      });
  }
  if (STATEMENTS.has(upper) && statements.some((s) => s.start < d.start)) {
    const at = text.slice(0, d.start).trimEnd().length;
    actions.push({
      title: 'Terminate the statement with ;',
      kind: 'quickfix',
      edits: [{ start: at, end: at, text: ';' }],
    });
  }
  return actions;
}

const STATEMENTS = new Set([
  'SELECT',
  'INSERT',
  'CREATE',
  'DROP',
  'ALTER',
  'SET',
  'USE',
  'SHOW',
  'EXPLAIN',
  'DESCRIBE',
  'EXECUTE',
  'WITH',
]);
const CLAUSES = new Set([
  ...STATEMENTS,
  'FROM',
  'WHERE',
  'GROUP',
  'HAVING',
  'JOIN',
  'ON',
  'AS',
  'AND',
  'OR',
  'NOT',
  'IN',
  'BY',
  'UNION',
  'INTO',
]);

function addGroups(d: Diagnostic, statement: AnalyzedStatement, text: string): CodeAction[] {
  const path = pathAt(statement.node as SyntaxNode, d.start);
  const select = [...path].reverse().find((n): n is Select => n.kind === 'Select');
  if (!select) return [];
  const missing = missingGroups(select, text);
  if (missing.length === 0) return [];
  const list = missing.join(', ');
  const at = select.groupBy?.end ?? (select.where ?? select.from)?.end;
  if (at === undefined) return [];
  const edit = { start: at, end: at, text: select.groupBy ? `, ${list}` : ` GROUP BY ${list}` };
  return [{ title: `Add ${list} to GROUP BY`, kind: 'quickfix', edits: [edit] }];
}

/** `FOR SYSTEM_TIME AS OF` the clock: what a table is asked for now. */
function toLookupJoin(statement: AnalyzedStatement, text: string, d: Diagnostic): CodeAction[] {
  const actions: CodeAction[] = [];
  walk(statement.node as SyntaxNode, (node) => {
    if (node.kind !== 'TableRef' || !node.systemTime) return;
    const time = text.slice(node.systemTime.start, node.systemTime.end);
    const alias = /^([\w`]+)\./.exec(time)?.[1];
    if (/proc/i.test(time) || (d.end < statement.end && (d.end < node.start - 200 || d.start > node.end + 200))) return;
    const from = alias ? procTimeOf(statement, text, node.systemTime.start) : undefined;
    actions.push({
      title: `Look up ${text.slice(node.name.start, node.name.end)} at processing time`,
      kind: 'quickfix',
      edits: [
        {
          start: node.systemTime.start,
          end: node.systemTime.end,
          text: from ? `${alias}.${written(from)}` : 'PROCTIME()',
        },
      ],
    });
  });
  return actions;
}

function procTimeOf(statement: AnalyzedStatement, text: string, offset: number): string | undefined {
  const { relations } = scopeAt(pathAt(statement.node as SyntaxNode, offset), text, statement.context);
  return relations.flatMap((r) => r.fields).find((f) => 'attribute' in f.type && f.type.attribute === 'PROCTIME')?.name;
}

/** What CREATE TABLE lacks: a watermark, a primary key, options; and options that the connector does not know. */
function tableFixes(statement: AnalyzedStatement, { source: { text } }: AnalyzedText, offset: number): CodeAction[] {
  const { node } = statement;
  if (node?.kind !== 'CreateTable' || !node.elements) return [];
  const actions = [...optionFixes(statement, node, offset)];
  const add = (title: string, line: string): void => {
    const edit = elementEdit(node, text, line);
    if (edit) actions.push({ title, kind: 'quickfix', edits: [edit] });
  };
  if (!node.elements.some((e) => e.kind === 'Watermark')) {
    for (const e of node.elements) {
      if (
        (e.kind === 'PhysicalColumn' || e.kind === 'MetadataColumn') &&
        /^TIMESTAMP/i.test(text.slice(e.type.start, e.type.end))
      ) {
        const name = written(e.name.name);
        add(`Add a watermark for ${name}`, `WATERMARK FOR ${name} AS ${name} - INTERVAL '5' SECOND`);
      }
    }
  }
  const keyed = node.elements.some(
    (e) => e.kind === 'TableConstraint' || (e.kind === 'PhysicalColumn' && e.constraint),
  );
  const first = node.elements.find((e) => e.kind === 'PhysicalColumn');
  if (!keyed && first?.kind === 'PhysicalColumn')
    add(`Add PRIMARY KEY (${written(first.name.name)})`, `PRIMARY KEY (${written(first.name.name)}) NOT ENFORCED`);
  return actions;
}

/** The INSERT that a statement is, or has at an offset. */
export function insertAt(statement: AnalyzedStatement, offset: number): Insert | undefined {
  return pathAt(statement.node as SyntaxNode, offset).find((n): n is Insert => n.kind === 'Insert');
}
