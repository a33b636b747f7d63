// From Ctrl+Enter in a cell to its first row painted in the renderer's frame of the real workbench, in milliseconds.
//   npm run bench:first-paint [-- RUNS]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResultPanes } from '../harness/result-pane.ts';
import { launchWorkbench, until } from '../harness/workbench.ts';
import { line } from './statistics.ts';

declare global {
  interface Window {
    paintedAt: number | undefined;
    pressedAt: number | undefined;
  }
}

const runs = Number(process.argv[2] ?? 20);
const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
const rows = Array.from({ length: 100 }, (_, i) => JSON.stringify({ id: i, name: `row ${i}` }));
writeFileSync(join(folder, 'small.jsonl'), `${rows.join('\n')}\n`);
writeFileSync(
  join(folder, 'bench.flinknb'),
  `-- %%
CREATE TABLE small (id BIGINT, name STRING) WITH ('connector' = 'filesystem', 'path' = 'small.jsonl', 'format' = 'json');

-- %%
SELECT id, name FROM small;
`,
);

const workbench = await launchWorkbench({ workspace: folder });
try {
  await workbench.openFile('bench.flinknb');
  await workbench.selectKernel('Local runtime');
  await workbench.runAllCells();
  const panes = await ResultPanes.of(workbench, 'FROM small');
  await (await panes.result('FROM small')).ended();
  const frame = await workbench.frameWith('[data-testid="result"]');
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    await workbench.page.evaluate(() => {
      const note = (event: KeyboardEvent) => {
        if (event.key === 'Enter') window.pressedAt = Date.now();
      };
      window.addEventListener('keydown', note, { capture: true });
    });
    // The old rows go when the cell runs again; the first frame after new ones came is the paint.
    await frame.evaluate(() => {
      window.paintedAt = undefined;
      let emptied = false;
      const look = () => {
        const there = document.querySelector('[data-testid="result-row"]') !== null;
        emptied ||= !there;
        if (emptied && there) requestAnimationFrame(() => setTimeout(() => (window.paintedAt = Date.now())));
        else requestAnimationFrame(look);
      };
      look();
    });
    await workbench.runCell(1);
    const painted = await until('the paint', async () => (await frame.evaluate(() => window.paintedAt)) ?? undefined);
    const pressed = await workbench.page.evaluate(() => window.pressedAt);
    if (pressed === undefined) throw new Error('the key was not seen');
    times.push(painted - pressed);
  }
  process.stdout.write(`${line('run to first row painted', times)}\n`);
} finally {
  await workbench.close();
  rmSync(folder, { recursive: true, force: true });
}
