// Lexing, parsing and binding Flink SQL, in milliseconds: by the clock, and this thread's mean processor time, which
// a busy machine stretches less. Statements are those recorded from a real Flink.
//   npm run bench:parser [-- --first]
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../conformance/queries');
const FIRST = '--first';

/**
 * All scripts of the recorded queries, one behind the other, until the text has this many lines: as they were written to be recorded,
 * with whole queries on a line, or as the formatter lays them out.
 */
function corpus(lines: number, laidOut: (text: string) => string = (text) => text): string {
  const texts: string[] = [];
  let count = 0;
  const areas = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (let round = 0; count < lines; round++) {
    for (const { name } of areas) {
      const scripts = readdirSync(join(folder, name)).filter((file) => file.endsWith('.sql'));
      const script = scripts[round % scripts.length];
      if (script === undefined) continue;
      const text = readFileSync(join(folder, name, script), 'utf8').trimEnd();
      const ended = laidOut(text.endsWith(';') ? text : `${text};`).trimEnd();
      texts.push(ended);
      count += ended.split('\n').length;
    }
  }
  return texts.join('\n').split('\n').slice(0, lines).join('\n');
}

const share = (sorted: readonly number[], of: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * of) - 1)] ?? Number.NaN).toFixed(2);

function measure(what: string, runs: number, work: () => void): void {
  for (let i = 0; i < runs / 4; i++) work();
  const times: number[] = [];
  const before = process.threadCpuUsage();
  for (let i = 0; i < runs; i++) {
    const began = performance.now();
    work();
    times.push(performance.now() - began);
  }
  const { user, system } = process.threadCpuUsage(before);
  const cpu = ((user + system) / 1000 / runs).toFixed(2);
  times.sort((a, b) => a - b);
  process.stdout.write(`${what}: median ${share(times, 0.5)} ms, p95 ${share(times, 0.95)}, CPU ${cpu} ms\n`);
}

/** First parse in a fresh process: loading and compiling the parser's modules is told apart from the parse itself. */
async function first(text: string): Promise<void> {
  const began = performance.now();
  const { parse } = await import('../../flink-sql/syntax/index.ts');
  const loaded = performance.now();
  const before = process.threadCpuUsage();
  const { statements } = parse(text);
  const { user, system } = process.threadCpuUsage(before);
  const parsed = performance.now();
  const [load, took, cpu] = [loaded - began, parsed - loaded, (user + system) / 1000].map((ms) => ms.toFixed(1));
  process.stdout.write(
    `first parse of 300 lines (${statements.length} statements): load ${load} ms, parse ${took} ms, CPU ${cpu} ms\n`,
  );
}

const small = corpus(300);
if (process.argv.includes(FIRST)) {
  await first(small);
} else {
  const large = corpus(2600);
  const { lex, parse } = await import('../../flink-sql/syntax/index.ts');
  const { analyzeProgram } = await import('../../language-server/ide/program.ts');
  const { AnalysisMemory } = await import('../../language-server/ide/memory.ts');
  const { bindStatement } = await import('../../flink-sql/binder/index.ts');
  const { CatalogStore } = await import('../../flink-sql/catalog/store.ts');
  const { applyCommand } = await import('../../flink-sql/binder/index.ts');
  const bindAll = (text: string): void => {
    const catalog = new CatalogStore();
    for (const { node, errors } of parse(text).statements) {
      if (!node || errors.length > 0) continue;
      const { value } = bindStatement(node, text, { catalog, options: {} });
      if (value?.kind === 'catalog') applyCommand(value.command, catalog);
    }
  };
  const { format } = await import('../../flink-sql/format/index.ts');
  for (const [lines, text] of [
    ['300 formatted', corpus(300, format)],
    ['2600 formatted', corpus(2600, format)],
    ['300 dense', small],
    ['2600 dense', large],
  ] as const) {
    measure(`${lines} lines (${text.length} characters), lex`, 400, () => lex(text));
    measure(`${lines} lines, lex and parse`, 400, () => parse(text));
    measure(`${lines} lines, lex, parse and bind`, 100, () => bindAll(text));
    measure(`${lines} lines, as the editor understands them (plans too)`, 40, () =>
      analyzeProgram([{ id: 'a', text }]),
    );
    // A key press in a query in the middle: what did not change is remembered.
    const middle = text.indexOf('SELECT', text.length / 2) + 'SELECT'.length;
    const memory = new AnalysisMemory((error) => {
      throw error;
    });
    let pressed = 0;
    measure(`${lines} lines, again after a key press`, 40, () =>
      analyzeProgram([{ id: 'a', text: `${text.slice(0, middle)} ${++pressed} + ${text.slice(middle)}` }], memory),
    );
  }
}
