import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { zip } from '../../scripts/zip.ts';

/**
 * Packs an extension that brings a debugger of one type into `folder` and gives the path of the package. Its debugger writes the
 * configuration that it is given to `attached.json` in the workspace; one for Java attaches to the JVM as debuggers do, and lets it go on.
 */
export function fakeDebugger(folder: string, type: 'java' | 'debugpy'): string {
  const manifest = {
    name: `fake-${type}`,
    publisher: 'millrace-test',
    version: '1.0.0',
    displayName: `Fake debugger for ${type}`,
    engines: { vscode: '^1.101.0' },
    main: './main.js',
    activationEvents: [`onDebugResolve:${type}`],
    contributes: {
      debuggers: [{ type, label: `Fake ${type}`, configurationAttributes: { attach: { properties: {} } } }],
    },
  };
  const built = buildSync({
    entryPoints: [join(import.meta.dirname, 'fake-debugger-main.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    define: { DEBUGGER_TYPE: JSON.stringify(type) },
  });
  const xmlns = 'http://schemas.microsoft.com/developer/vsx-schema/2011';
  const types = 'http://schemas.openxmlformats.org/package/2006/content-types';
  const files: Readonly<Record<string, string>> = {
    '[Content_Types].xml': `<?xml version="1.0" encoding="utf-8"?><Types xmlns="${types}"><Default Extension=".json" ContentType="application/json"/><Default Extension=".js" ContentType="text/javascript"/><Default Extension=".vsixmanifest" ContentType="text/xml"/></Types>`,
    'extension.vsixmanifest': `<?xml version="1.0" encoding="utf-8"?><PackageManifest Version="2.0.0" xmlns="${xmlns}"><Metadata><Identity Language="en-US" Id="${manifest.name}" Version="${manifest.version}" Publisher="${manifest.publisher}"/><DisplayName>${manifest.displayName}</DisplayName><Description>A debugger of tests.</Description><Properties><Property Id="Microsoft.VisualStudio.Code.Engine" Value="${manifest.engines.vscode}"/></Properties></Metadata><Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation><Dependencies/><Assets><Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/></Assets></PackageManifest>`,
    'extension/package.json': JSON.stringify(manifest),
    'extension/main.js': built.outputFiles[0]?.text ?? '',
  };
  const target = join(folder, `${manifest.name}.vsix`);
  writeFileSync(target, zip(Object.entries(files).map(([path, text]) => ({ path, contents: Buffer.from(text) }))));
  return target;
}
