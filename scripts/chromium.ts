import { missingForCodeServer } from './code-server.ts';
import { onPath } from './paths.ts';
import { run } from './run.ts';

const debianPackages = ['chromium', 'fonts-dejavu-core'];

/** The Chromium that the workbench tests drive: $CHROMIUM, or the first on the PATH. */
export function findChromium(): string | undefined {
  return process.env.CHROMIUM || onPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable');
}

/** Why the workbench tests cannot run here, in one line; undefined when they can, or when what is missing can be installed. */
export function missingForWorkbench(): string | undefined {
  if (!findChromium() && !mayInstall())
    return 'no chromium on the PATH (apt-get install chromium), and CHROMIUM is not set';
  return missingForCodeServer();
}

/** Installs Debian's chromium where this user may. */
export async function installChromium(note: (text: string) => void): Promise<void> {
  if (findChromium()) return;
  note('installing chromium (apt-get) …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['-qq', 'update'], { env });
  await run('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...debianPackages], { env });
  note('chromium installed');
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && onPath('apt-get') !== undefined;
}
