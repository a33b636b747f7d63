import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ResolvedColumn, ResolvedTable } from '../../flink-sql/catalog/model.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { TimelineItem } from '../../local-runtime/connectors/test-rows/timeline.ts';
import { zoneOf } from '../../local-runtime/functions/java/time-zone.ts';
import { type Cell, type GivenItem, type Place, ROW_KINDS } from '../../testing/model.ts';

/** What is wrong with what a test gives, where in its file. */
export class GivenError extends Error {
  readonly place: Place;

  constructor(message: string, place: Place) {
    super(message);
    this.place = place;
  }
}

/** What a timeline is made with. */
export interface GivenContext {
  /** Folder that files of rows are relative to. */
  readonly folder: string;
  /** Session time zone. */
  readonly zone: string;
  table(name: string): ResolvedTable | undefined;
  /** `${name}` filled in. */
  fill(text: string): string;
}

/** The rows and marks of a test for its tables' types. Throws GivenError. */
export function timelineOf(given: readonly GivenItem[], context: GivenContext): TimelineItem[] {
  return given.flatMap((item) => itemsOf(item, context));
}

function itemsOf(item: GivenItem, context: GivenContext): TimelineItem[] {
  switch (item.kind) {
    case 'now':
      return [{ kind: 'now', time: zoneOf(context.zone).toUtc(wallClock(item.time)) }];
    case 'watermark':
      return [{ kind: 'watermark', table: item.table, time: eventTime(item, context) }];
    case 'row': {
      const { table, columns, row } = item;
      const json = rowJson(columns, row.cells, columnsOf(table, row.place, context), row.place, context);
      return [{ kind: 'row', table, rowKind: ROW_KINDS.indexOf(row.rowKind), json }];
    }
    case 'file':
      return fileRows(item, context).map((json) => ({ kind: 'row', table: item.table, rowKind: 0, json }));
  }
}

/** A test's time as if it were UTC, in ms. */
export const wallClock = (text: string): number => Date.parse(`${withSeconds(text).replace(' ', 'T')}Z`);

function withSeconds(text: string): string {
  const [date = '', time = '00:00'] = text.split(/[ T]/);
  return `${date} ${/^\d\d:\d\d$/.test(time) ? `${time}:00` : time}`;
}

function columnsOf(name: string, place: Place, context: GivenContext): ReadonlyMap<string, ResolvedColumn> {
  const table = context.table(name);
  if (!table) throw new GivenError(`There is no table '${name}'.`, place);
  return new Map(table.columns.map((column) => [column.name, column]));
}

/** A watermark of a TIMESTAMP_LTZ is a moment, one of a TIMESTAMP is what a clock shows. */
function eventTime(
  { table: name, time, place }: Extract<GivenItem, { kind: 'watermark' }>,
  context: GivenContext,
): number {
  const table = context.table(name);
  const column = table?.watermark && table.columns[table.watermark.column];
  if (!column) throw new GivenError(`Table '${name}' declares no watermark, so that none can be given.`, place);
  return eventMillis(time, column.type, context.zone);
}

export function eventMillis(time: string, type: LogicalType, zone: string): number {
  const local = wallClock(time);
  return type.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE' ? zoneOf(zone).toUtc(local) : local;
}

function rowJson(
  names: readonly string[],
  cells: readonly Cell[],
  columns: ReadonlyMap<string, ResolvedColumn>,
  place: Place,
  context: GivenContext,
): string {
  const fields = names.map((name, i) => {
    const column = columns.get(name);
    if (!column) {
      throw new GivenError(`The table has no column '${name}'; it has ${[...columns.keys()].join(', ')}.`, place);
    }
    if (column.kind === 'computed') {
      throw new GivenError(`Column '${name}' is computed: it follows from the others.`, place);
    }
    const cell = cells[i] ?? null;
    const value = cell === null ? 'null' : cellJson(context.fill(cell), column.type, context.zone, place);
    return `${JSON.stringify(name)}:${value}`;
  });
  return `{${fields.join(',')}}`;
}

/** A cell as the JSON format reads it. */
function cellJson(text: string, type: LogicalType, zone: string, place: Place): string {
  switch (type.root) {
    case 'ROW':
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
      return nested(text, place);
    case 'BOOLEAN':
      return JSON.stringify(text.toLowerCase());
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
      return JSON.stringify(withSeconds(text));
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE': {
      const local = wallClock(text.slice(0, 23));
      if (Number.isNaN(local)) return JSON.stringify(text);
      return JSON.stringify(new Date(zoneOf(zone).toUtc(local)).toISOString().replace('T', ' '));
    }
    case 'TIME_WITHOUT_TIME_ZONE':
      return JSON.stringify(/^\d\d:\d\d$/.test(text) ? `${text}:00` : text);
    default:
      return JSON.stringify(text);
  }
}

function nested(text: string, place: Place): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw new GivenError(`A value of a nested type is written as JSON: ${text}`, place);
  }
}

/** Rows of a file: JSON lines as they are, CSV with a head line by the columns' types. */
function fileRows({ table, path, place }: Extract<GivenItem, { kind: 'file' }>, context: GivenContext): string[] {
  const lines = readLines(resolve(context.folder, path), place);
  if (!/\.csv$/i.test(path)) return lines;
  const columns = columnsOf(table, place, context);
  const [head = '', ...rest] = lines;
  const names = csvCells(head).map((cell) => cell ?? '');
  return rest.map((line) => rowJson(names, csvCells(line), columns, place, context));
}

function readLines(path: string, place: Place): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new GivenError(code === 'ENOENT' ? `There is no file ${path}.` : String(error), place);
  }
}

/** Cells of a line of CSV; an empty one without quotes is NULL. */
function csvCells(line: string): Cell[] {
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
    .slice(0, line.endsWith(',') ? undefined : -1)
    .map(([, cell = '']) =>
      cell === '' ? null : cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
    );
}
