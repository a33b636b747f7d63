// Packs the built extension into dist/millrace.vsix, which every VS Code can install.
//   node scripts/vsix.ts
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { type Texts, withTexts } from './manifest-texts.ts';
import { root } from './paths.ts';
import { zip } from './zip.ts';

interface Manifest {
  readonly name: string;
  readonly publisher: string;
  readonly version: string;
  readonly displayName: string;
  readonly description: string;
  readonly categories: readonly string[];
  readonly engines: { readonly vscode: string };
  readonly main: string;
}

/** Writes the package and gives its path. The extension must have been built. */
export function packVsix(): string {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  const texts = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8')) as Texts;
  if (!existsSync(join(root, manifest.main))) throw new Error(`${manifest.main} does not exist: build first`);
  const {
    scripts: _scripts,
    devDependencies: _dev,
    allowScripts: _allow,
    ...shipped
  } = manifest as Manifest & Record<string, unknown>;
  const files = new Set([
    ...built(),
    ...mentioned(shipped),
    ...['README.md', 'CHANGELOG.md', 'LICENSE'].filter(isFile),
    ...globSync('package.nls*.json', { cwd: root }),
  ]);
  const entries = [...files]
    .sort()
    .map((path) => ({ path: `extension/${path}`, contents: readFileSync(join(root, path)) }));
  const target = join(root, 'dist', 'millrace.vsix');
  writeFileSync(
    target,
    zip([
      { path: '[Content_Types].xml', contents: Buffer.from(contentTypes([...files])) },
      { path: 'extension.vsixmanifest', contents: Buffer.from(vsixManifest(withTexts(manifest, texts))) },
      { path: 'extension/package.json', contents: Buffer.from(JSON.stringify(shipped, null, 2)) },
      ...entries,
    ]),
  );
  return target;
}

/** The bundles, without source maps and the build's own notes. */
function built(): string[] {
  return globSync('dist/**/*', { cwd: root })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => isFile(path) && !/\.(map|vsix|tmp|inputs\.json)$/.test(path));
}

/** The files that the manifest names: grammars, icons, language configuration. */
function mentioned(value: unknown): string[] {
  if (typeof value === 'string') {
    const path = value.replace(/^\.\//, '');
    return /^[\w@./-]+\.\w+$/.test(path) && !path.startsWith('dist/') && isFile(path) ? [path] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(mentioned);
}

function isFile(path: string): boolean {
  return statSync(join(root, path), { throwIfNoEntry: false })?.isFile() ?? false;
}

function contentTypes(paths: readonly string[]): string {
  const types: Record<string, string> = { json: 'application/json', vsixmanifest: 'text/xml' };
  for (const path of paths) {
    const ending = /\.(\w+)$/.exec(path)?.[1];
    if (ending) types[ending] ??= 'application/octet-stream';
  }
  const defaults = Object.entries(types).map(
    ([ending, type]) => `<Default Extension=".${ending}" ContentType="${type}"/>`,
  );
  const xmlns = 'http://schemas.openxmlformats.org/package/2006/content-types';
  return `<?xml version="1.0" encoding="utf-8"?>\n<Types xmlns="${xmlns}">${defaults.join('')}</Types>\n`;
}

function vsixManifest(manifest: Manifest): string {
  const { name, publisher, version, displayName, description, categories, engines } = manifest;
  const xmlns = 'http://schemas.microsoft.com/developer/vsx-schema/2011';
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="${xmlns}">
  <Metadata>
    <Identity Language="en-US" Id="${xml(name)}" Version="${xml(version)}" Publisher="${xml(publisher)}"/>
    <DisplayName>${xml(displayName)}</DisplayName>
    <Description xml:space="preserve">${xml(description)}</Description>
    <Categories>${xml(categories.join(','))}</Categories>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="${xml(engines.vscode)}"/>
      <Property Id="Microsoft.VisualStudio.Code.ExtensionKind" Value="workspace"/>
    </Properties>
  </Metadata>
  <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
  <Dependencies/>
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
  </Assets>
</PackageManifest>
`;
}

function xml(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

if (import.meta.main) process.stdout.write(`${packVsix()}\n`);
