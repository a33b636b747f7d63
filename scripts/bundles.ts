import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { type LateBundle, lateModules } from './late-modules.ts';

/** One bundle of the product: what goes in, what comes out, and the esbuild options that differ. */
export interface Bundle {
  readonly name: string;
  readonly entry: string;
  readonly outfile: string;
  readonly options: BuildOptions;
}

// The Kafka client finds its WebAssembly through import.meta.url, which CommonJS has not; the `/bundled` entry carries it inline.
const node: BuildOptions = {
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  mainFields: ['module', 'main'],
  alias: { '@platformatic/wasm-utils': '@platformatic/wasm-utils/bundled' },
  define: { 'import.meta.url': '__importMetaUrl' },
  banner: { js: 'const __importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
};

/**
 * Clients that are half of all code and that most sessions never need: bundles of their own, read with the first table that asks for
 * them. That takes a tenth off every start.
 */
const apart: readonly { readonly name: string; readonly entry: string }[] = [
  { name: 'kafka-client', entry: 'clients/kafka/index.ts' },
  { name: 'postgres-client', entry: 'clients/database/postgres-client.ts' },
  { name: 'mysql-client', entry: 'clients/database/mysql-client.ts' },
  { name: 'faker-library', entry: 'local-runtime/connectors/faker/library.ts' },
  { name: 'parquet-library', entry: 'local-runtime/formats/parquet/library.ts' },
  { name: 'protobuf-library', entry: 'local-runtime/formats/protobuf/library.ts' },
  { name: 'message-formats', entry: 'topics/formats/library.ts' },
];

/** The bundle of its own that an import means, from beside it or from another room: `./postgres-client.ts`, `…/clients/kafka/index.ts`. */
function apartFrom(specifier: string, folder: string): LateBundle | undefined {
  const path = join(folder, specifier).replaceAll('\\', '/');
  const found = apart.find(({ entry }) => path.endsWith(`/${entry}`));
  return found && { path: `./${found.name}.cjs`, entry: path };
}

// What runs in a process of its own starts without what it does not need yet. Modules in the editor's process are there already, and the
// editor's own in places of Node's.
const runtime: BuildOptions = { ...node, plugins: [lateModules(apartFrom, true)] };
const inEditor: BuildOptions = { ...node, plugins: [lateModules(apartFrom, false)] };

// Optional parts of pg: native code, and sockets of another runtime.
const optional = ['pg-native', 'cloudflare:sockets'];

const webview: BuildOptions = { platform: 'browser', format: 'esm', target: 'es2024', jsx: 'automatic' };

/** Every bundle, in the order in which it is built. */
export const bundles: readonly Bundle[] = [
  {
    name: 'extension',
    entry: 'extension/main.ts',
    outfile: 'dist/extension.cjs',
    options: { ...inEditor, external: ['vscode'] },
  },
  {
    name: 'language-server',
    entry: 'language-server/server/main.ts',
    outfile: 'dist/language-server.cjs',
    options: node,
  },
  ...apart.map(({ name, entry }) => ({
    name,
    entry,
    outfile: `dist/${name}.cjs`,
    options: { ...node, external: optional },
  })),
  {
    name: 'local-runtime',
    entry: 'local-runtime/main.ts',
    outfile: 'dist/local-runtime.cjs',
    options: runtime,
  },
  {
    // What each thread of a job with several subtasks runs: local-runtime and cli start it from the file beside them.
    name: 'job-thread',
    entry: 'local-runtime/parallel/worker.ts',
    outfile: 'dist/job-thread.cjs',
    options: runtime,
  },
  {
    // The thread that tests the rows of a result against a condition; the extension starts it with the first filter.
    name: 'row-filter',
    entry: 'local-runtime/row-filter/worker.ts',
    outfile: 'dist/row-filter.cjs',
    options: runtime,
  },
  {
    // The thread that runs a query row by row; the extension starts one for each.
    name: 'step-replay',
    entry: 'local-runtime/step-replay/worker.ts',
    outfile: 'dist/step-replay.cjs',
    options: runtime,
  },
  {
    // The thread that tests messages of topics against a condition; the extension starts it with the first filter.
    name: 'message-filter',
    entry: 'topics/filter-thread/worker.ts',
    outfile: 'dist/message-filter.cjs',
    options: runtime,
  },
  { name: 'cli', entry: 'cli/main.ts', outfile: 'dist/cli.cjs', options: runtime },
  {
    name: 'results-renderer',
    entry: 'webviews/results/renderer.tsx',
    outfile: 'dist/webviews/results-renderer.js',
    options: webview,
  },
  {
    name: 'results-panel',
    entry: 'webviews/results-panel/main.tsx',
    outfile: 'dist/webviews/results-panel.js',
    options: webview,
  },
  {
    name: 'connection-form',
    entry: 'webviews/connection-form/main.tsx',
    outfile: 'dist/webviews/connection-form.js',
    options: webview,
  },
  { name: 'deploy', entry: 'webviews/deploy/main.tsx', outfile: 'dist/webviews/deploy.js', options: webview },
  { name: 'job', entry: 'webviews/job/main.tsx', outfile: 'dist/webviews/job.js', options: webview },
  {
    name: 'kafka-form',
    entry: 'webviews/kafka-form/main.tsx',
    outfile: 'dist/webviews/kafka-form.js',
    options: webview,
  },
  { name: 'topics', entry: 'webviews/topics/main.tsx', outfile: 'dist/webviews/topics.js', options: webview },
  {
    name: 'step-replay-view',
    entry: 'webviews/step-replay/main.tsx',
    outfile: 'dist/webviews/step-replay.js',
    options: webview,
  },
];
