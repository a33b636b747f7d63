import { describe, expect, test } from 'vitest';
import { ActiveEnvironment } from '../../../extension/environments/active-environment.ts';
import { ParameterStore } from '../../../extension/parameters/parameter-store.ts';

const TEXT = `-- @param most INT 10
-- @param status ENUM(new, paid)
-- @param who STRING
SELECT * FROM orders WHERE status = '\${status}' AND who = '\${who}' LIMIT \${most}`;

function setUp(variables: Readonly<Record<string, string>> = {}) {
  const kept = new Map<string, unknown>();
  const state = {
    get: <T>(key: string) => kept.get(key) as T | undefined,
    update: async (key: string, value: unknown) => void kept.set(key, value),
  };
  const environment = new ActiveEnvironment({
    settings: () => ({ test: { variables } }),
    chosen: () => 'test',
    folder: () => undefined,
    process: {},
    secrets: async () => new Map(),
    warn: () => undefined,
  });
  const sent = async (store: ParameterStore) =>
    (await environment.surroundings(store.values('a', TEXT))).expand(TEXT.slice(TEXT.indexOf('SELECT')));
  return { state, sent, store: new ParameterStore(state) };
}

describe('parameters of a document', () => {
  test('have the values of the text, then of the environment, then what a person has chosen', async () => {
    const { store, sent } = setUp({ status: 'paid' });
    const first = await sent(store);
    expect(first.unresolved.map(({ name }) => name)).toEqual(['who']);
    store.choose('a', 'who', "o'hara");
    expect((await sent(store)).text).toBe("SELECT * FROM orders WHERE status = 'paid' AND who = 'o''hara' LIMIT 10");
    store.choose('a', 'status', 'new');
    store.choose('a', 'most', '3');
    expect((await sent(store)).text).toBe("SELECT * FROM orders WHERE status = 'new' AND who = 'o''hara' LIMIT 3");
    store.choose('a', 'most', undefined);
    expect((await sent(store)).text).toContain('LIMIT 10');
  });

  test('are those of one document, and are there in the next window', () => {
    const { store, state } = setUp();
    let told = 0;
    store.onChange(() => told++);
    store.choose('a', 'most', '3');
    const next = new ParameterStore(state);
    expect(next.states('a', TEXT)[0]).toMatchObject({ value: '3', isChosen: true });
    expect(next.states('b', TEXT)[0]).toMatchObject({ value: '10', isChosen: false });
    expect(told).toBe(1);
  });

  test('a value that no longer fits, and a directive that says nothing, stop the run with their words', () => {
    const { store } = setUp();
    store.choose('a', 'most', '3');
    expect(() => store.values('a', '-- @param most DATE')).toThrow("'3' is no DATE, which most is");
    expect(() => store.values('a', '-- @param most')).toThrow('Write -- @param name TYPE default');
  });
});
