// npm test: installs what it needs, builds, and runs every suite. Runs under Node 20; test.ts goes on under ours.
import { ensurePackages, node, run } from './install.mjs';

await ensurePackages();
process.exitCode = await run(node, ['scripts/test.ts', ...process.argv.slice(2)]);
