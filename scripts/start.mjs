// npm start: installs, builds, and opens VS Code with the extension and the examples. Runs under Node 20; start.ts goes on under ours.
import { ensurePackages, node, run } from './install.mjs';

await ensurePackages();
process.exitCode = await run(node, ['scripts/start.ts', ...process.argv.slice(2)], { stdio: 'inherit' });
