import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';

const require = createRequire(import.meta.url);

/** Modules of Node that a start does without: TLS alone takes several milliseconds. */
const BUILT_IN = ['child_process', 'crypto', 'https', 'tls', 'v8', 'vm', 'worker_threads', 'zlib'];

/** A bundle that others import: its specifier as they see it, and the file it is made of. */
export interface LateBundle {
  readonly path: string;
  readonly entry: string;
}

/**
 * Has modules evaluated with the first use of one of their names, not with the import: an ES import in a bundle is a `require` at its
 * start, whether the names are needed then or not. What is imported becomes an object of getters. `builtInToo`: also modules of Node.
 */
export function lateModules(
  bundleOf: (specifier: string, folder: string) => LateBundle | undefined,
  builtInToo: boolean,
): Plugin {
  return {
    name: 'late-modules',
    setup(build) {
      if (builtInToo)
        build.onResolve({ filter: new RegExp(`^node:(?:${BUILT_IN.join('|')})$`) }, ({ path, kind }) =>
          kind === 'import-statement' ? { path, namespace: 'late', pluginData: Object.keys(require(path)) } : undefined,
        );
      build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, async ({ path, kind, resolveDir }) => {
        const bundle = kind === 'entry-point' ? undefined : bundleOf(path, resolveDir);
        if (bundle === undefined) return undefined;
        if (kind !== 'import-statement') return { path: bundle.path, external: true };
        return {
          path: bundle.path,
          namespace: 'late',
          pluginData: Object.keys(await import(pathToFileURL(bundle.entry).href)),
        };
      });
      build.onResolve({ filter: /./, namespace: 'late' }, ({ path }) => ({ path, external: true }));
      build.onLoad({ filter: /./, namespace: 'late' }, ({ path, pluginData }) => ({
        contents: proxy(path, pluginData as readonly string[]),
        loader: 'js',
      }));
    },
  };
}

/** CommonJS, whose names esbuild reads when they are used. */
const proxy = (path: string, names: readonly string[]): string => `
let loaded;
const get = (name) => (loaded ??= require(${JSON.stringify(path)}))[name];
module.exports = {
${names.map((name) => `  get ${JSON.stringify(name)}() { return get(${JSON.stringify(name)}); },`).join('\n')}
};
`;
