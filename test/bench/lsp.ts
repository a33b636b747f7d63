// The language server as the editor runs it: another process, asked over IPC, with 50 open files of 1,000 lines. A key is pressed in one
// of them (at a query, sometimes at a CREATE TABLE), completion is asked for at once, and diagnostics are waited for.
//   npm run bench:lsp [-- --keys 200] [--sources]
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from 'vscode-languageserver-protocol/node';

const { values } = parseArgs({
  options: { keys: { type: 'string', default: '200' }, sources: { type: 'boolean', default: false } },
});
/** As the extension starts the server (extension/language/client.ts). */
const FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=512'] as const;
const KEYS = Number(values.keys);
const FILES = 50;
const LINES = 1000;
const root = join(import.meta.dirname, '../..');

/** A file of so many lines: tables, and queries over them of the kinds that people write. */
function fileText(n: number): string {
  const parts: string[] = [];
  let lines = 0;
  for (let i = 0; lines < LINES; i++) {
    const t = `t${n}_${i}`;
    const part = `-- Part ${i}
CREATE TABLE ${t} (
  id BIGINT,
  customer_id INT,
  product STRING,
  amount DECIMAL(10, 2),
  address ROW<street STRING, zip INT>,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${t}',
  'scan.startup.mode' = 'earliest-offset',
  'properties.bootstrap.servers' = 'localhost:9092',
  'format' = 'json'
);

CREATE VIEW ${t}_big AS
SELECT id, product, amount
FROM ${t}
WHERE amount > 100;

SELECT product, COUNT(*) AS n, SUM(amount) AS total
FROM ${t}
WHERE id > ${i}
GROUP BY product;

SELECT window_start, window_end, product, SUM(amount) AS total
FROM TUMBLE(TABLE ${t}, DESCRIPTOR(ts), INTERVAL '1' MINUTE)
GROUP BY window_start, window_end, product;

WITH recent AS (
  SELECT id, product, address.zip AS zip
  FROM ${t}
)
SELECT r.id, r.product, b.amount
FROM recent AS r
JOIN ${t}_big AS b
  ON r.id = b.id;

SELECT *
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY product ORDER BY ts DESC) AS row_num
  FROM ${t}
)
WHERE row_num <= 3;
`;
    parts.push(part);
    lines += part.split('\n').length;
  }
  return parts.join('\n').split('\n').slice(0, LINES).join('\n');
}

interface Published {
  readonly uri: string;
  readonly version?: number;
}

class Client {
  readonly child: ChildProcess;
  readonly connection: MessageConnection;
  readonly #waiting = new Map<string, (at: number) => void>();

  constructor(script: string) {
    this.child = fork(script, ['--node-ipc'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [...FLAGS] });
    this.connection = createMessageConnection(new IPCMessageReader(this.child), new IPCMessageWriter(this.child));
    this.connection.onNotification('textDocument/publishDiagnostics', ({ uri, version }: Published) => {
      const key = `${uri}@${version}`;
      this.#waiting.get(key)?.(performance.now());
      this.#waiting.delete(key);
    });
    this.connection.onRequest('workspace/configuration', () => [{}]);
    this.connection.listen();
  }

  published(uri: string, version: number): Promise<number> {
    return new Promise((resolve) => this.#waiting.set(`${uri}@${version}`, resolve));
  }

  /** Resident memory of the server, in MB. */
  get memory(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }

  /** Processor time of the server so far, in ms (100 ticks a second). */
  get cpu(): number {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(stat[11]) + Number(stat[12])) * 10;
  }
}

const share = (times: readonly number[], of: number): string =>
  ([...times].sort((a, b) => a - b)[Math.ceil(times.length * of) - 1] ?? Number.NaN).toFixed(1);

function told(what: string, times: readonly number[], limit: number): boolean {
  const p95 = Number(share(times, 0.95));
  const ok = p95 < limit;
  process.stdout.write(
    `${what}: median ${share(times, 0.5)} ms, p95 ${p95} ms, most ${share(times, 1)} ms (limit ${limit}) ${ok ? 'ok' : 'TOO SLOW'}\n`,
  );
  return ok;
}

const bundle = join(root, 'dist/language-server.cjs');
const script = values.sources ? join(root, 'language-server/server/main.ts') : bundle;
if (!existsSync(script)) throw new Error('There is no bundle: npm run build');
const client = new Client(script);
const { connection } = client;
const texts = Array.from({ length: FILES }, (_, n) => fileText(n));
const versions = texts.map(() => 1);
const uriOf = (n: number): string => `file:///bench/file${n}.flink.sql`;

await connection.sendRequest('initialize', {
  processId: process.pid,
  rootUri: null,
  capabilities: { workspace: { configuration: true } },
});
await connection.sendNotification('initialized', {});
const opening = performance.now();
const first = client.published(uriOf(0), 1);
const all = texts.map((text, n) => {
  const done = n === 0 ? first : client.published(uriOf(n), 1);
  void connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri: uriOf(n), languageId: 'flink-sql', version: 1, text },
  });
  return done;
});
await Promise.all(all);
process.stdout.write(
  `${FILES} files of ${LINES} lines: diagnostics of all after ${(performance.now() - opening).toFixed(0)} ms, memory ${client.memory.toFixed(0)} MB\n`,
);

/** Where keys are pressed: in a query's conditions mostly, in a table's columns now and then, as people do. */
const places = [
  { find: /WHERE id > \d+/g, typed: ' AND amou', every: 1 },
  { find: /SELECT window_start, /g, typed: 'produ', every: 1 },
  { find: /SELECT r\.id, /g, typed: 'r.pr', every: 1 },
  { find: / {2}address ROW<street STRING, zip INT>,\n/g, typed: '  city STRING,', every: 4 },
];
const [completions, diagnoses, ddl]: [number[], number[], number[]] = [[], [], []];
const cpuBefore = client.cpu;
let pressed = 0;
for (let round = 0; pressed < KEYS; round++) {
  // The same few files are edited, as in a day's work; the others lie open.
  const n = (round * 7) % 5;
  const place = places[round % places.length];
  if (!place || (place.every > 1 && round % (places.length * place.every) !== places.length - 1)) continue;
  const found = [...(texts[n] as string).matchAll(place.find)];
  const match = found[(round * 3) % found.length];
  if (!match) continue;
  let at = match.index + match[0].length;
  const start = at;
  for (const key of place.typed) {
    const before = texts[n] as string;
    texts[n] = before.slice(0, at) + key + before.slice(at);
    at++;
    await type(n, at - 1, at - 1, key, place.every > 1);
    if (++pressed >= KEYS) break;
  }
  // And taken away again.
  texts[n] = (texts[n] as string).slice(0, start) + (texts[n] as string).slice(at);
  const version = ++(versions as number[])[n]!;
  const done = client.published(uriOf(n), version);
  await connection.sendNotification('textDocument/didChange', {
    textDocument: { uri: uriOf(n), version },
    contentChanges: [{ text: texts[n] }],
  });
  await done;
}

function positionOf(text: string, offset: number): { line: number; character: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length - 1, character: offset - before.lastIndexOf('\n') - 1 };
}

/** One key press: the change, completion right behind it, and the diagnostics of the new text. */
async function type(n: number, from: number, to: number, key: string, inTable: boolean): Promise<void> {
  const uri = uriOf(n);
  const version = ++(versions as number[])[n]!;
  const text = texts[n] as string;
  const start = positionOf(text, from);
  const done = client.published(uri, version);
  const began = performance.now();
  void connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version },
    contentChanges: [{ range: { start, end: positionOf(text, to) }, text: key }],
  });
  const items = await connection.sendRequest<unknown[]>('textDocument/completion', {
    textDocument: { uri },
    position: { line: start.line, character: start.character + 1 },
  });
  completions.push(performance.now() - began);
  if (!Array.isArray(items)) throw new Error('no completion');
  const took = (await done) - began;
  diagnoses.push(took);
  if (inTable) ddl.push(took);
  // People are slower than this.
  await new Promise((resolve) => setTimeout(resolve, 20));
}

const ok = [told('key press to completion', completions, 30), told('key press to diagnostics', diagnoses, 50)];
process.stdout.write(
  `of these in a CREATE TABLE that queries use: median ${share(ddl, 0.5)} ms, most ${share(ddl, 1)} ms\n`,
);
const memory = client.memory;
process.stdout.write(
  `memory ${memory.toFixed(0)} MB (limit 200), processor time ${((client.cpu - cpuBefore) / completions.length).toFixed(1)} ms a key press\n`,
);
connection.dispose();
client.child.kill();
process.exitCode = ok.every(Boolean) && memory < 200 ? 0 : 1;
