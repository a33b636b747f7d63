import { join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';

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

const clientsApart: Plugin = {
  name: 'clients-apart',
  setup(build) {
    for (const { name, entry } of apart) {
      const [folder, file] = entry.split('/').slice(-2) as [string, string];
      // Beside it, or from another room: `./postgres-client.ts`, `…/clients/kafka/index.ts`.
      const filter = new RegExp(`(^\\./|/clients/${folder}/)${file.replace('.', '\\.')}$`);
      build.onResolve({ filter }, ({ kind, path, resolveDir }) =>
        kind === 'entry-point' || !join(resolveDir, path).replaceAll('\\', '/').endsWith(`/${entry}`)
          ? undefined
          : { path: `./${name}.cjs`, external: true },
      );
    }
  },
};

// Optional parts of pg: native code, and sockets of another runtime.
const optional = ['pg-native', 'cloudflare:sockets'];

const webview: BuildOptions = { platform: 'browser', format: 'esm', target: 'es2024', jsx: 'automatic' };

/** Every bundle, in the order in which it is built. */
export const bundles: readonly Bundle[] = [
  {
    name: 'extension',
    entry: 'extension/main.ts',
    outfile: 'dist/extension.cjs',
    options: { ...node, external: ['vscode'], plugins: [clientsApart] },
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
    options: { ...node, plugins: [clientsApart] },
  },
  {
    // What each thread of a job with several subtasks runs: local-runtime and cli start it from the file beside them.
    name: 'job-thread',
    entry: 'local-runtime/parallel/worker.ts',
    outfile: 'dist/job-thread.cjs',
    options: { ...node, plugins: [clientsApart] },
  },
  {
    // The thread that tests the rows of a result against a condition; the extension starts it with the first filter.
    name: 'row-filter',
    entry: 'local-runtime/row-filter/worker.ts',
    outfile: 'dist/row-filter.cjs',
    options: { ...node, plugins: [clientsApart] },
  },
  {
    // The thread that runs a query row by row; the extension starts one for each.
    name: 'step-replay',
    entry: 'local-runtime/step-replay/worker.ts',
    outfile: 'dist/step-replay.cjs',
    options: { ...node, plugins: [clientsApart] },
  },
  {
    // The thread that tests messages of topics against a condition; the extension starts it with the first filter.
    name: 'message-filter',
    entry: 'topics/filter-thread/worker.ts',
    outfile: 'dist/message-filter.cjs',
    options: { ...node, plugins: [clientsApart] },
  },
  { name: 'cli', entry: 'cli/main.ts', outfile: 'dist/cli.cjs', options: { ...node, plugins: [clientsApart] } },
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
