// Bundles the extension, the language server, the local runtime, the CLI and the webviews into dist/.
//   node scripts/build.ts [--production] [--watch] [--allow-missing] [--only NAME,NAME] [--quiet]
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type BuildOptions, type BuildResult, context, build as esbuild, type Plugin } from 'esbuild';
import { type Bundle, bundles } from './bundles.ts';
import { l10nBundle } from './localised-strings.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Settings {
  readonly production: boolean;
  readonly quiet: boolean;
}

function options(bundle: Bundle, settings: Settings): BuildOptions {
  const { production } = settings;
  // Names stay readable in Node bundles: an error's class and stack are worth more there than bytes.
  const browser = bundle.options.platform === 'browser';
  return {
    ...bundle.options,
    absWorkingDir: root,
    entryPoints: [bundle.entry],
    outfile: bundle.outfile,
    bundle: true,
    write: false,
    metafile: true,
    sourcemap: 'linked',
    logLevel: 'silent',
    minifySyntax: production,
    minifyWhitespace: production,
    minifyIdentifiers: production && browser,
    legalComments: production ? 'linked' : 'none',
    define: {
      'process.env.NODE_ENV': JSON.stringify(production ? 'production' : 'development'),
      ...bundle.options.define,
    },
    plugins: [...(bundle.options.plugins ?? []), writer(bundle, settings)],
  };
}

/** Writes a bundle only when all of it is there, each file by rename, so that a reader never sees half a file. */
function writer(bundle: Bundle, settings: Settings): Plugin {
  return {
    name: 'write-atomically',
    setup(build) {
      let began = 0;
      build.onStart(() => {
        began = performance.now();
      });
      build.onEnd((result) => {
        if (result.errors.length > 0) return;
        for (const file of result.outputFiles ?? []) writeAtomically(file.path, file.contents);
        writeAtomically(join(root, 'dist', `${bundle.name}.inputs.json`), JSON.stringify(inputs(result, settings)));
        const bytes = statSync(join(root, bundle.outfile)).size;
        if (!settings.quiet) {
          note(`${bundle.outfile} ${(bytes / 1024).toFixed(0)} kB, ${(performance.now() - began).toFixed(0)} ms`);
        }
      });
    },
  };
}

/** What the bundle was made of, with times and sizes: scripts/millrace.mjs builds again when one of them differs. */
function inputs(result: BuildResult, settings: Settings): { production: boolean; files: [string, number, number][] } {
  // What a plugin makes (`late:…`) is no file.
  const ours = Object.keys(result.metafile?.inputs ?? {}).filter((path) => !/^(?:node_modules\/|late:)/.test(path));
  const files = [...ours, 'package-lock.json', 'scripts/bundles.ts', 'scripts/build.ts', 'scripts/late-modules.ts'].map(
    (path): [string, number, number] => {
      const stat = statSync(join(root, path));
      return [path.split(sep).join('/'), stat.mtimeMs, stat.size];
    },
  );
  return { production: settings.production, files };
}

function writeAtomically(path: string, contents: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, contents);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function note(text: string): void {
  process.stderr.write(`build: ${text}\n`);
}

function report(error: unknown): void {
  const failures = (
    error as { errors?: { text: string; location: { file: string; line: number; column: number } | null }[] }
  ).errors;
  if (!failures) throw error;
  for (const { text, location } of failures) {
    const place = location
      ? `${relative(root, join(root, location.file))}:${location.line}:${location.column + 1}: `
      : '';
    note(`error: ${place}${text}`);
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      production: { type: 'boolean', default: false },
      watch: { type: 'boolean', default: false },
      'allow-missing': { type: 'boolean', default: false },
      only: { type: 'string' },
      quiet: { type: 'boolean', default: false },
    },
  });
  const settings: Settings = { production: values.production, quiet: values.quiet };
  const names = values.only?.split(',');
  const unknown = names?.filter((name) => !bundles.some((bundle) => bundle.name === name)) ?? [];
  if (unknown.length > 0) {
    note(
      `error: no bundle is called ${unknown.join(', ')}; there are ${bundles.map((bundle) => bundle.name).join(', ')}`,
    );
    return 2;
  }
  const wanted = bundles.filter((bundle) => names?.includes(bundle.name) ?? true);
  const missing = wanted.filter((bundle) => !existsSync(join(root, bundle.entry)));
  for (const bundle of missing) {
    note(
      `${values['allow-missing'] ? 'skipped' : 'error'}: ${bundle.name}: its entry file ${bundle.entry} does not exist`,
    );
  }
  if (missing.length > 0 && !values['allow-missing']) return 1;
  const present = wanted.filter((bundle) => !missing.includes(bundle));

  copyFunctionHosts(values['allow-missing'] || names !== undefined);
  if (values.watch) {
    for (const bundle of present) await (await context({ ...options(bundle, settings), logLevel: 'warning' })).watch();
    note('watching; Ctrl-C ends');
    return -1;
  }
  const results = await Promise.allSettled(present.map((bundle) => esbuild(options(bundle, settings))));
  for (const result of results) if (result.status === 'rejected') report(result.reason);
  if (results.some((result) => result.status === 'rejected')) return 1;
  // What translators are given, beside the translations that there are (package.json: l10n).
  writeAtomically(join(root, 'dist', 'l10n', 'bundle.l10n.json'), l10nBundle());
  return 0;
}

/** What runs functions of users in Java and Python is shipped as source: it is compiled, or read, where it runs. */
function copyFunctionHosts(mayBeMissing: boolean): void {
  const folder = join(root, 'local-runtime', 'udf', 'host');
  if (mayBeMissing && !existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((name) => /\.(?:java|py)$/.test(name))) {
    writeAtomically(join(root, 'dist', 'udf-host', name), readFileSync(join(folder, name)));
  }
}

const status = await main();
if (status >= 0) process.exit(status);
