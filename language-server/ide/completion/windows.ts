// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of the editor’s snippets
import type { BindContext } from '../../../flink-sql/binder/index.ts';
import { T } from '../../../flink-sql/syntax/index.ts';
import { columnItem, isTime, isTimestamp } from './columns.ts';
import { type Cursor, nameBefore, openParenthesis, type Word } from './cursor.ts';
import type { CompletionItem } from './item.ts';
import { written } from './item.ts';

/** Parameters of a window table function, by place. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  TUMBLE: ['DATA', 'TIMECOL', 'SIZE', 'OFFSET'],
  HOP: ['DATA', 'TIMECOL', 'SLIDE', 'SIZE', 'OFFSET'],
  CUMULATE: ['DATA', 'TIMECOL', 'STEP', 'SIZE', 'OFFSET'],
  SESSION: ['DATA', 'TIMECOL', 'GAP'],
};

const MEANINGS: Readonly<Record<string, string>> = {
  SIZE: 'length of a window',
  SLIDE: 'time between the starts of windows; the size must be a multiple of it',
  STEP: 'by how much windows of one start grow',
  GAP: 'time without rows after which a session ends',
  OFFSET: 'by how much windows are moved',
};

/** Completes inside TUMBLE, HOP, CUMULATE or SESSION and the DESCRIPTOR in them; undefined elsewhere. */
export function completeWindow(cursor: Cursor, context: BindContext): CompletionItem[] | undefined {
  const { before } = cursor;
  const open = openParenthesis(before);
  const head = before[open - 1];
  if (!head) return undefined;
  if (head.upper === 'DESCRIPTOR') {
    const outer = openParenthesis(before, open - 1);
    return timeColumns(before, outer, context);
  }
  const parameters = PARAMETERS[head.upper];
  if (!parameters || !isTableFunction(before, open - 1)) return undefined;
  const last = before.at(-1) as Word;
  if (last.kind !== T.LPAREN && last.kind !== T.COMMA && last.text !== '=>') return undefined;
  const named = last.text === '=>' ? before.at(-2)?.upper : undefined;
  const parameter = named ?? parameters[argumentIndex(before, open)];
  switch (parameter) {
    case 'DATA':
      return tables(context);
    case 'TIMECOL':
      return timeColumns(before, open, context).map((c) => {
        const insert = `DESCRIPTOR(${c.insert ?? c.label})`;
        return { ...c, label: insert, insert };
      });
    case undefined:
      return [];
    default:
      return intervals(parameter);
  }
}

/** A window function groups, too (legacy): TABLE, FROM, a comma or JOIN in front tells the table function. */
function isTableFunction(before: readonly Word[], at: number): boolean {
  const front = before[at - 1];
  if (front?.kind === T.LPAREN) return before[at - 2]?.upper === 'TABLE';
  return front?.upper === 'FROM' || front?.upper === 'JOIN';
}

function argumentIndex(before: readonly Word[], open: number): number {
  let depth = 0;
  let index = 0;
  for (const word of before.slice(open + 1)) {
    if (word.kind === T.LPAREN) depth++;
    else if (word.kind === T.RPAREN) depth--;
    else if (word.kind === T.COMMA && depth === 0) index++;
  }
  return index;
}

/** The time attributes of the table that a window function reads; without one, its timestamps. */
function timeColumns(before: readonly Word[], open: number, context: BindContext): CompletionItem[] {
  const at = before.findIndex((w, i) => i > open && w.upper === 'TABLE');
  if (at < 0) return [];
  let end = at + 1;
  while (before[end + 1]?.kind === T.DOT) end += 2;
  const object = context.catalog.resolve(nameBefore(before, end).parts);
  const columns = object?.columns ?? [];
  const times = columns.filter((c) => isTime(c.type));
  return (times.length > 0 ? times : columns.filter((c) => isTimestamp(c.type))).map((c) =>
    columnItem(c.name, c.type, 0),
  );
}

function tables({ catalog }: BindContext): CompletionItem[] {
  return catalog.objects(catalog.currentCatalog, catalog.currentDatabase).map((o): CompletionItem => {
    const timed = o.columns.some((c) => isTime(c.type));
    return {
      label: `TABLE ${o.identifier.name}`,
      kind: o.kind,
      insert: `TABLE ${written(o.identifier.name)}`,
      detail: timed ? 'has a time attribute' : 'no time attribute',
      rank: timed ? 0 : 2,
    };
  });
}

const intervals = (parameter: string): CompletionItem[] =>
  [
    ['1', 'MINUTE'],
    ['5', 'MINUTE'],
    ['1', 'HOUR'],
    ['10', 'SECOND'],
    ['1', 'DAY'],
  ].map(
    ([n, unit], i): CompletionItem => ({
      label: `INTERVAL '${n}' ${unit}`,
      kind: 'value',
      detail: `${parameter}: ${MEANINGS[parameter] ?? ''}`,
      insert: `INTERVAL '\${1:${n}}' ${unit}`,
      rank: i === 0 ? 0 : 1,
    }),
  );
