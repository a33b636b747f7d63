import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CodeAction,
  type CompletionItem,
  createProtocolConnection,
  type Diagnostic,
  type DocumentSymbol,
  type InlayHint,
  type Location,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';

const uri = 'file:///a.flink.sql';
const TABLE = "CREATE TABLE orders (id INT, product STRING) WITH ('connector' = 'datagen');";

/** The server as the editor starts it, spoken to over its standard streams. */
describe('the language server', () => {
  let server: ChildProcess;
  let client: ProtocolConnection;
  let version = 1;
  const published: PublishDiagnosticsParams[] = [];
  const settings = { inlayHints: { changelog: true, state: false } };

  beforeAll(async () => {
    const main = join(import.meta.dirname, '../../../language-server/server/main.ts');
    server = spawn(process.execPath, [main, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    if (!server.stdout || !server.stdin) throw new Error('no streams');
    client = createProtocolConnection(server.stdout, server.stdin);
    client.onNotification('textDocument/publishDiagnostics', (p: PublishDiagnosticsParams) => void published.push(p));
    client.onRequest('workspace/configuration', () => [settings]);
    client.listen();
    await client.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: { workspace: { configuration: true } },
    });
    await client.sendNotification('initialized', {});
    await client.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'flink-sql', version, text: '' },
    });
  });
  afterAll(() => {
    client.dispose();
    server.kill();
  });

  /** Replaces the text; gives the position of the mark in it. */
  async function write(marked: string): Promise<{ line: number; character: number }> {
    const before = marked.slice(0, Math.max(0, marked.indexOf('‸')));
    version++;
    await client.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ text: marked.replace('‸', '') }],
    });
    return { line: before.split('\n').length - 1, character: before.length - before.lastIndexOf('\n') - 1 };
  }
  const ask = <T>(method: string, more: object): Promise<T> =>
    client.sendRequest(method, { textDocument: { uri }, ...more });

  async function diagnostics(): Promise<readonly Diagnostic[]> {
    const current = version;
    for (let i = 0; i < 200; i++) {
      const found = published.find((p) => p.version === current);
      if (found) return found.diagnostics;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('no diagnostics');
  }

  it('completes columns in order and options in place', async () => {
    const position = await write(`${TABLE}\nSELECT ‸ FROM orders`);
    const items = await ask<CompletionItem[]>('textDocument/completion', { position });
    const first = [...items].sort((a, b) => ((a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1))[0];
    expect(first).toMatchObject({ label: 'id', detail: 'INT' });
    const inside = await write("CREATE TABLE t (a INT) WITH ('‸')");
    const [option] = await ask<CompletionItem[]>('textDocument/completion', { position: inside });
    expect(option?.textEdit).toMatchObject({ newText: "connector' = '$1'", range: { start: inside } });
  });
  it('publishes faults and the review, and mends a fault', async () => {
    await write(`${TABLE}\nSELECT prodct FROM orders;\nSELECT id, COUNT(*) FROM orders GROUP BY id`);
    const found = await diagnostics();
    expect(found.map((d) => d.code)).toEqual(['unknown-column', 'review/unbounded-aggregate']);
    const range = found[0]?.range;
    const actions = await ask<CodeAction[]>('textDocument/codeAction', { range, context: { diagnostics: found } });
    expect(actions[0]).toMatchObject({ title: "Did you mean 'product'?", diagnostics: [{ code: 'unknown-column' }] });
    expect(actions[0]?.edit?.changes?.[uri]?.[0]).toEqual({ range, newText: 'product' });
  });
  it('finds, renames and outlines', async () => {
    const position = await write(`${TABLE}\nSELECT id FROM ord‸ers`);
    const [made] = await ask<Location[]>('textDocument/definition', { position });
    expect(made?.range.start).toEqual({ line: 0, character: 13 });
    const all = await ask<Location[]>('textDocument/references', { position, context: { includeDeclaration: true } });
    expect(all).toHaveLength(2);
    const edit = await ask<WorkspaceEdit>('textDocument/rename', { position, newName: 'sales' });
    expect(edit.changes?.[uri]?.map((e) => e.newText)).toEqual(['sales', 'sales']);
    const symbols = await ask<DocumentSymbol[]>('textDocument/documentSymbol', {});
    expect(symbols[0]).toMatchObject({ name: 'orders', children: [{ name: 'id' }, { name: 'product' }] });
  });
  it('shows the hints that are switched on', async () => {
    await write(`${TABLE}\nSELECT id, COUNT(*) AS n FROM orders GROUP BY id`);
    const range = { start: { line: 0, character: 0 }, end: { line: 5, character: 0 } };
    const hints = await ask<InlayHint[]>('textDocument/inlayHint', { range });
    expect(hints.map((h) => h.label)).toEqual(['retract (+I -U +U) · key id']);
  });
});
