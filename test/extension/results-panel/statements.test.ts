import { describe, expect, test } from 'vitest';
import { LocalConnection } from '../../../extension/connections/connection.ts';
import { ResultStore } from '../../../extension/results/result-store.ts';
import { FileConnections } from '../../../extension/results-panel/file-connections.ts';
import { Runs } from '../../../extension/results-panel/runs.ts';
import { alone, explained, statementAt, statementMoved } from '../../../extension/results-panel/statement-text.ts';

const TEXT = 'SELECT 1;\r\n\n  EXECUTE INSERT INTO t\nSELECT 2;\nEXPLAIN SELECT 3';

const rangeOf = (words: string) => {
  const range = statementAt(TEXT, TEXT.indexOf(words));
  if (!range) throw new Error(`no statement has ${words}`);
  return range;
};

describe('a statement of a file', () => {
  test('is the one in which the cursor stands, or the last', () => {
    expect(TEXT.slice(rangeOf('SELECT 2').start, rangeOf('SELECT 2').end)).toBe('EXECUTE INSERT INTO t\nSELECT 2');
    expect(statementAt('SELECT 1;  ', 11)).toMatchObject({ start: 0, end: 8 });
    expect(statementAt('-- nothing', 3)).toBeUndefined();
  });

  test('stands alone on its lines and in its columns', () => {
    const text = alone(TEXT, rangeOf('SELECT 2'));
    expect(text.trim()).toBe('EXECUTE INSERT INTO t\nSELECT 2');
    expect(text.indexOf('SELECT 2')).toBe(TEXT.indexOf('SELECT 2'));
    expect(text.split('\n').length).toBe(4);
  });

  test('is explained, but not twice, and without the word of the client', () => {
    expect(explained(TEXT, rangeOf('SELECT 2')).source.replace(/\s+/g, ' ').trim()).toBe(
      'EXPLAIN CHANGELOG_MODE INSERT INTO t SELECT 2',
    );
    expect(explained(TEXT, rangeOf('SELECT 3'))).toEqual({ source: alone(TEXT, rangeOf('SELECT 3')), moved: 0 });
    expect(explained(TEXT, rangeOf('SELECT 1'))).toEqual({ source: 'EXPLAIN CHANGELOG_MODE SELECT 1', moved: 23 });
  });
});

describe('the connection of a file', () => {
  const local = new LocalConnection(undefined as never);
  const cluster = Object.assign(new LocalConnection(undefined as never), { label: 'cluster' });
  const state = new Map<string, unknown>();
  const store = {
    get: <T>(key: string) => state.get(key) as T | undefined,
    update: async (key: string, value: unknown) => void state.set(key, value),
  };

  test('is the one it was given, else the default, else the local runtime', () => {
    let byDefault = '';
    const connections = new FileConnections({ all: [local, cluster], local }, store, () => byDefault);
    expect(connections.of('file:///a.sql')).toBe(local);
    byDefault = 'cluster';
    expect(connections.of('file:///a.sql')).toBe(cluster);
    connections.remember('file:///a.sql', local);
    expect(connections.of('file:///a.sql')).toBe(local);
    expect(connections.of('file:///b.sql')).toBe(cluster);
    byDefault = 'removed since';
    expect(connections.of('file:///b.sql')).toBe(local);
  });
});

describe('the results of files', () => {
  const run = (id: string, ended = true) => {
    const store = new ResultStore({ id, title: id, limit: 10 });
    if (ended) store.end('finished');
    let stopped = false;
    const one = {
      store,
      file: 'a.sql',
      connection: 'local',
      stop: () => {
        stopped = true;
      },
      reveal: () => undefined,
    };
    return { one, stopped: () => stopped };
  };

  test('are kept up to a number; those that run are never let go', () => {
    const gone: string[] = [];
    const runs = new Runs(
      (id) => gone.push(id),
      () => undefined,
    );
    runs.add(run('live', false).one);
    for (let i = 0; i < 14; i++) runs.add(run(`r${i}`).one);
    expect(gone).toEqual(['r0', 'r1', 'r2']);
    expect(runs.state().shown).toBe('r13');
    expect(runs.state().runs[0]?.id).toBe('live');
  });

  test('one that is closed is stopped where it runs, and the last is shown', () => {
    const gone: string[] = [];
    const runs = new Runs(
      (id) => gone.push(id),
      () => undefined,
    );
    const live = run('live', false);
    runs.add(run('old').one);
    runs.add(live.one);
    runs.close('live');
    expect(live.stopped()).toBe(true);
    expect(gone).toEqual(['live']);
    expect(runs.state().shown).toBe('old');
  });
});

describe('a statement that was moved', () => {
  const text = 'SELECT 1;\nSELECT 2;\nSELECT 2;\n';
  const cases: readonly (readonly [what: string, now: string, found: string | undefined])[] = [
    ['stands where it stood', text, 'SELECT 2 at 10'],
    ['is below a new line', `-- new\n${text}`, 'SELECT 2 at 17'],
    ['is above what went', 'SELECT 2;\n', 'SELECT 2 at 0'],
    ['is no longer there', 'SELECT 1;\nSELECT 3;\n', undefined],
  ];
  test.each(cases)('%s', (_, now, expected) => {
    const found = statementMoved(now, { start: 10, end: 18 }, 'SELECT 2');
    expect(found && `${now.slice(found.start, found.end)} at ${found.start}`).toBe(expected);
  });
});
