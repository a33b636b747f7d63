import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CodeAction,
  type CodeLens,
  type CompletionItem,
  createMessageConnection,
  type Diagnostic,
  type DocumentLink,
  IPCMessageReader,
  IPCMessageWriter,
  type Location,
  type MessageConnection,
  type PublishDiagnosticsParams,
  type SemanticTokens,
  type TextEdit,
  type WorkspaceEdit,
  type WorkspaceSymbol,
} from 'vscode-languageserver/node';
import { TOKEN_TYPES } from '../../../language-server/ide/semantic-tokens.ts';

const MAIN = join(import.meta.dirname, '../../../language-server/server/main.ts');
const TABLE = "CREATE TABLE orders (id INT, product STRING) WITH ('connector' = 'datagen');\n";

/** The server as another process spoken to over IPC, as the editor does it, with a workspace of files on disk. */
describe('the language server in a workspace', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-lsp-'));
  const uriOf = (name: string): string => pathToFileURL(join(folder, name)).href;
  let server: ChildProcess;
  let client: MessageConnection;
  const published = new Map<string, PublishDiagnosticsParams>();
  const settings: Record<string, unknown> = {};
  let versions = 1;

  beforeAll(async () => {
    writeFileSync(join(folder, 'tables.flink.sql'), TABLE);
    writeFileSync(
      join(folder, 'plain.sql'),
      "CREATE TABLE plain (a INT) WITH ('connector' = 'filesystem', 'path' = 'p', 'format' = 'csv');",
    );
    writeFileSync(join(folder, 'other.sql'), 'CREATE TABLE nobodys (a INT);');
    server = fork(MAIN, ['--node-ipc'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    client = createMessageConnection(new IPCMessageReader(server), new IPCMessageWriter(server));
    client.onNotification(
      'textDocument/publishDiagnostics',
      (p: PublishDiagnosticsParams) => void published.set(p.uri, p),
    );
    client.onRequest('workspace/configuration', () => [settings]);
    client.listen();
    await client.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'w' }],
      capabilities: { workspace: { configuration: true } },
    });
    await client.sendNotification('initialized', {});
    await until('the files are read', async () => (await symbols('orders')).length > 0);
  });
  afterAll(() => {
    client.dispose();
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  async function until(what: string, met: () => Promise<boolean> | boolean): Promise<void> {
    for (let i = 0; i < 400; i++) {
      if (await met()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`never: ${what}`);
  }
  const symbols = (query: string): Promise<WorkspaceSymbol[]> => client.sendRequest('workspace/symbol', { query });

  async function open(name: string, text: string): Promise<string> {
    const uri = uriOf(name);
    await client.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'flink-sql', version: ++versions, text },
    });
    return uri;
  }
  async function told(uri: string, version = versions): Promise<readonly Diagnostic[]> {
    await until(`diagnostics of ${uri} ${version}`, () => published.get(uri)?.version === version);
    return published.get(uri)?.diagnostics ?? [];
  }
  const ask = <T>(method: string, uri: string, more: object = {}): Promise<T> =>
    client.sendRequest(method, { textDocument: { uri }, ...more });
  const at = (line: number, character: number) => ({ position: { line, character } });

  it('knows the tables of files that are not open, and goes to them', async () => {
    const uri = await open(
      'query.flink.sql',
      'SELECT product FROM orders;\nSELECT a FROM plain;\nSELECT a FROM nobodys;',
    );
    expect((await told(uri)).map((d) => d.message)).toEqual(["Object 'nobodys' not found"]);
    const [made] = await ask<Location[]>('textDocument/definition', uri, at(0, 22));
    expect(made).toMatchObject({ uri: uriOf('tables.flink.sql'), range: { start: { line: 0, character: 13 } } });
    const items = await ask<CompletionItem[]>('textDocument/completion', uri, at(1, 14));
    expect(items.find((i) => i.label === 'orders')).toBeDefined();
  });

  it('renames a column in all files that mean it', async () => {
    const uri = await open('insert.flink.sql', 'INSERT INTO plain SELECT id FROM orders WHERE product = 1;');
    const edit = await ask<WorkspaceEdit>('textDocument/rename', uri, { ...at(0, 47), newName: 'article' });
    expect(Object.keys(edit.changes ?? {}).sort()).toEqual(
      ['insert.flink.sql', 'query.flink.sql', 'tables.flink.sql'].map(uriOf).sort(),
    );
    expect(edit.changes?.[uriOf('tables.flink.sql')]).toEqual([
      { newText: 'article', range: { start: { line: 0, character: 29 }, end: { line: 0, character: 36 } } },
    ]);
  });

  it('looks again at what uses a table when its file changes', async () => {
    const uri = await open('watch.flink.sql', 'SELECT product FROM orders;');
    expect(await told(uri)).toEqual([]);
    writeFileSync(join(folder, 'tables.flink.sql'), TABLE.replace('product', 'article'));
    await client.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uriOf('tables.flink.sql'), type: 2 }],
    });
    await until('the fault is told', () => published.get(uri)?.diagnostics.length === 1);
    expect(published.get(uri)?.diagnostics[0]?.message).toBe("Column 'product' not found in any table");
    // The file is opened and mended in the editor, without being saved.
    await open('tables.flink.sql', TABLE);
    await until('it is gone', () => published.get(uri)?.diagnostics.length === 0);
  });

  it('mends a table in the file that makes it', async () => {
    const made = "CREATE TABLE timed (seen TIMESTAMP(3)) WITH ('connector' = 'datagen');";
    writeFileSync(join(folder, 'timed.flink.sql'), made);
    await client.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uriOf('timed.flink.sql'), type: 1 }],
    });
    const query = "SELECT window_start FROM TUMBLE(TABLE timed, DESCRIPTOR(seen), INTERVAL '1' MINUTE);";
    const uri = await open('window.flink.sql', query);
    const diagnostics = await told(uri);
    const at = query.indexOf('seen');
    const range = { start: { line: 0, character: at }, end: { line: 0, character: at } };
    const actions = await ask<CodeAction[]>('textDocument/codeAction', uri, { range, context: { diagnostics } });
    const fix = actions.find((a) => a.title === 'Add a watermark for seen to timed');
    expect(Object.entries(fix?.edit?.changes ?? {}).map(([id, edits]) => [id, edits.map((e) => e.newText)])).toEqual([
      [uriOf('timed.flink.sql'), [", WATERMARK FOR seen AS seen - INTERVAL '5' SECOND"]],
    ]);
  });

  it('finds symbols of open and closed files', async () => {
    expect((await symbols('plai')).map((s) => [s.name, s.location.uri])).toEqual([['plain', uriOf('plain.sql')]]);
    await open('views.flink.sql', 'CREATE VIEW some_view AS SELECT 1 AS a;');
    expect((await symbols('some_v')).map((s) => s.name)).toEqual(['some_view']);
    expect(await symbols('nobodys')).toEqual([]);
  });

  it('renames over the cells of a notebook', async () => {
    const notebook = uriOf('n.flinknb');
    const [first, second] = [1, 2].map((n) => `vscode-notebook-cell:${notebook.slice('file:'.length)}#c${n}`) as [
      string,
      string,
    ];
    const texts = ["CREATE TABLE mine (x INT) WITH ('connector' = 'datagen');", 'SELECT x FROM mine;'];
    await client.sendNotification('notebookDocument/didOpen', {
      notebookDocument: {
        uri: notebook,
        notebookType: 'millrace-notebook',
        version: 1,
        cells: [first, second].map((document) => ({ kind: 2, document })),
      },
      cellTextDocuments: [first, second].map((uri, i) => ({
        uri,
        languageId: 'flink-sql',
        version: 1,
        text: texts[i],
      })),
    });
    const edit = await ask<WorkspaceEdit>('textDocument/rename', second, { ...at(0, 15), newName: 'ours' });
    expect(Object.keys(edit.changes ?? {})).toEqual([first, second]);
    expect(await ask('textDocument/codeLens', second)).toEqual([]);
    // What a notebook makes, files can read.
    const uri = await open('reads.flink.sql', 'SELECT x FROM mine;');
    expect(await told(uri)).toEqual([]);
  });

  it('is told of the connection: tables, topics, and the version that decides', async () => {
    const uri = await open(
      'cluster.flink.sql',
      "SELECT total FROM remote;\nSHOW CATALOGS LIKE 'a';\nCREATE TABLE k (a INT) WITH ('connector' = 'kafka', 'topic' = '');",
    );
    expect((await told(uri)).map((d) => d.severity)).toContain(1);
    await client.sendNotification('millrace/catalog', {
      connection: 'cluster',
      flinkVersion: '1.20.1',
      topics: ['orders-v1'],
      tables: [
        {
          catalog: 'default_catalog',
          database: 'default_database',
          name: 'remote',
          kind: 'table',
          columns: [{ name: 'total', type: 'DECIMAL(10, 2)' }],
        },
      ],
    });
    const errors = () =>
      published
        .get(uri)
        ?.diagnostics.filter((d) => d.severity === 1)
        .map((d) => d.message);
    await until('the table is known', () => JSON.stringify(errors())?.includes('needs Flink 2.0') === true);
    expect(errors()).toEqual(['SHOW CATALOGS LIKE needs Flink 2.0; the target is 1.20.']);
    const items = await ask<CompletionItem[]>('textDocument/completion', uri, at(2, 63));
    expect(items.map((i) => i.label)).toEqual(['orders-v1']);
    const hover = await ask<{ contents: { value: string } }>('textDocument/hover', uri, at(0, 9));
    expect(hover.contents.value).toContain('DECIMAL(10, 2)');
    // It is on the server: there is no place to go to, and no name to change.
    expect(await ask('textDocument/definition', uri, at(0, 9))).toEqual([]);
    expect(await ask('textDocument/prepareRename', uri, at(0, 9))).toBeNull();
    expect(await symbols('remote')).toEqual([]);
    await client.sendNotification('millrace/catalog', { connection: '', tables: [] });
    await until('the table is gone', () => errors()?.[0] === "Object 'remote' not found");
  });

  it('gives semantic tokens, whole and of a range', async () => {
    const uri = await open('tokens.flink.sql', `${TABLE}SELECT o.id FROM orders AS o;`);
    const decode = ({ data }: SemanticTokens): string[] => {
      const found: string[] = [];
      for (let i = 0; i < data.length; i += 5) found.push(TOKEN_TYPES[data[i + 3] as number] ?? '?');
      return found;
    };
    const all = decode(await ask('textDocument/semanticTokens/full', uri));
    expect(all.slice(0, 4)).toEqual(['keyword', 'keyword', 'table', 'column']);
    const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 29 } };
    expect(decode(await ask('textDocument/semanticTokens/range', uri, { range }))).toEqual([
      'keyword',
      'alias',
      'column',
      'keyword',
      'table',
      'keyword',
      'alias',
    ]);
  });

  it('gives code lenses, links and formatting of parts', async () => {
    const uri = await open('parts.flink.sql', "ADD JAR 'lib/f.jar';\nselect  1;\nselect  2;");
    const lenses = await ask<CodeLens[]>('textDocument/codeLens', uri);
    expect(lenses.map((l) => l.command?.command)).toEqual([
      'millrace.runStatement',
      'millrace.runStatement',
      'millrace.explainStatement',
      'millrace.runStatement',
      'millrace.explainStatement',
    ]);
    expect(lenses[1]?.command?.arguments).toEqual([uri, 21, 30, 'select  1']);
    const [link] = await ask<DocumentLink[]>('textDocument/documentLink', uri);
    expect(link?.target).toBe(uriOf('lib/f.jar'));
    const options = { tabSize: 2, insertSpaces: true };
    const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 3 } };
    const edits = await ask<TextEdit[]>('textDocument/rangeFormatting', uri, { range, options });
    expect(edits.map((e) => e.newText)).toEqual(['select 1']);
    const typed = await ask<TextEdit[]>('textDocument/onTypeFormatting', uri, { ...at(2, 10), ch: ';', options });
    expect(typed.map((e) => e.newText)).toEqual(['select 2']);
  });

  it('sends the diagnostics of the last of many changes, and none of an older one behind it', async () => {
    const uri = await open('burst.flink.sql', TABLE);
    const seen: number[] = [];
    const listener = client.onNotification('textDocument/publishDiagnostics', (p: PublishDiagnosticsParams) => {
      published.set(p.uri, p);
      if (p.uri === uri) seen.push(p.version ?? -1);
    });
    for (let i = 0; i < 60; i++)
      void client.sendNotification('textDocument/didChange', {
        textDocument: { uri, version: ++versions },
        contentChanges: [{ text: `${TABLE}SELECT c${i} FROM orders;` }],
      });
    const found = await told(uri);
    expect(found.map((d) => d.message)).toEqual(["Column 'c59' not found in any table"]);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    listener.dispose();
    client.onNotification(
      'textDocument/publishDiagnostics',
      (p: PublishDiagnosticsParams) => void published.set(p.uri, p),
    );
  });

  it('shows no notes of the review where they are switched off', async () => {
    const uri = await open('review.flink.sql', `${TABLE}SELECT product, COUNT(*) AS n FROM orders GROUP BY product;`);
    expect((await told(uri)).map((d) => d.code)).toEqual(['review/unbounded-aggregate']);
    settings.review = { enabled: false };
    await client.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await until('no notes', () => published.get(uri)?.diagnostics.length === 0);
    delete settings.review;
  });
});
