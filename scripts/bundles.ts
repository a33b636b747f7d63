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
 * The Kafka client is half of all code and most sessions never need it: a bundle of its own, read with the first Kafka table, takes
 * a tenth off every start.
 */
const kafkaApart: Plugin = {
  name: 'kafka-apart',
  setup(build) {
    build.onResolve({ filter: /\/clients\/kafka\/index\.ts$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: './kafka-client.cjs', external: true },
    );
  },
};

const webview: BuildOptions = { platform: 'browser', format: 'esm', target: 'es2024', jsx: 'automatic' };

/** Every bundle, in the order in which it is built. */
export const bundles: readonly Bundle[] = [
  {
    name: 'extension',
    entry: 'extension/main.ts',
    outfile: 'dist/extension.cjs',
    options: { ...node, external: ['vscode'] },
  },
  {
    name: 'language-server',
    entry: 'language-server/server/main.ts',
    outfile: 'dist/language-server.cjs',
    options: node,
  },
  { name: 'kafka-client', entry: 'clients/kafka/index.ts', outfile: 'dist/kafka-client.cjs', options: node },
  {
    name: 'local-runtime',
    entry: 'local-runtime/main.ts',
    outfile: 'dist/local-runtime.cjs',
    options: { ...node, plugins: [kafkaApart] },
  },
  { name: 'cli', entry: 'cli/main.ts', outfile: 'dist/cli.cjs', options: { ...node, plugins: [kafkaApart] } },
  {
    name: 'results-renderer',
    entry: 'webviews/results/renderer.tsx',
    outfile: 'dist/webviews/results-renderer.js',
    options: webview,
  },
];
