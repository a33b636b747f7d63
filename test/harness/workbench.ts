import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium, type Frame, type Locator, type Page } from 'playwright-core';
import { afterEach } from 'vitest';
import { findChromium } from '../../scripts/chromium.ts';
import { installCodeServer } from '../../scripts/code-server.ts';
import { root } from '../../scripts/paths.ts';
import { run } from '../../scripts/run.ts';
import { startTokenProxy } from '../../scripts/token-proxy.ts';
import { packVsix } from '../../scripts/vsix.ts';
import { startWorkbench } from '../../scripts/workbench-server.ts';
import { PSEUDO, translateInstalled } from './pseudo-locale.ts';

export interface LaunchOptions {
  /** A folder to work in; it is copied, so that a test leaves it as it is. Default: examples/. */
  readonly workspace?: string;
  readonly theme?: Theme;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Packages of other extensions that are installed, too. */
  readonly extensions?: readonly string[];
  /** In a language that nobody speaks: see pseudo-locale.ts. */
  readonly translated?: boolean;
  /** In pixels. Default: 1400 by 900. */
  readonly size?: { readonly width: number; readonly height: number };
}

const themes = {
  light: 'Light Modern',
  dark: 'Dark Modern',
  'contrast-dark': 'Dark High Contrast',
  'contrast-light': 'Light High Contrast',
} as const;
/** By theme, the class of the workbench. */
const themeClasses: Readonly<Record<Theme, string>> = {
  light: 'vs',
  dark: 'vs-dark',
  'contrast-dark': 'hc-black',
  'contrast-light': 'hc-light',
};
export type Theme = keyof typeof themes;
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
// The browser is the slow part: the first paint of the workbench may take that long on a loaded machine.
const firstPaintMs = 90_000;
const stepMs = 30_000;

/**
 * Builds the extension, installs it into a fresh VS Code (code-server) and opens that in Chromium, as `npm start` does.
 * @throws when a part is missing or does not come up, with its words
 */
export async function launchWorkbench(options: LaunchOptions = {}): Promise<Workbench> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('no chromium: see missingForWorkbench in scripts/chromium.ts');
  await installCodeServer(() => undefined);
  await run(process.execPath, ['scripts/build.ts', '--production', '--quiet'], { cwd: root });
  const home = mkdtempSync(join(tmpdir(), 'millrace-workbench-'));
  const source = options.workspace ?? join(root, 'examples');
  const workspace = join(home, basename(source));
  if (existsSync(source)) cpSync(source, workspace, { recursive: true });
  else mkdirSync(workspace);

  const undo: (() => Promise<unknown>)[] = [async () => rmSync(home, { recursive: true, force: true })];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const server = await startWorkbench({
      dataDir: join(home, 'data'),
      vsix: packVsix(),
      otherVsix: options.extensions ?? [],
      settings: {
        'workbench.colorTheme': themes[options.theme ?? 'light'],
        'files.simpleDialog.enable': true,
        ...options.settings,
      },
      ...(options.env && { env: options.env }),
    });
    undo.push(() => server.stop());
    if (options.translated) translateInstalled(join(home, 'data', 'extensions'));
    const proxy = await startTokenProxy(server.socket, 0);
    undo.push(() => proxy.close());
    const browser = await chromium.launch({ executablePath, args: flags });
    undo.push(() => browser.close());
    const page = await openPage(browser, options);
    const workbench = new Workbench({ page, workspace, dataDir: join(home, 'data'), close });
    await page.goto(proxy.url({ folder: workspace }), { waitUntil: 'domcontentloaded' });
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: firstPaintMs });
    await page.locator('.monaco-workbench .part.editor').waitFor({ timeout: stepMs });
    return workbench;
  } catch (error) {
    await close();
    throw error;
  }
}

async function openPage(browser: Browser, options: LaunchOptions): Promise<Page> {
  const viewport = options.size ?? { width: 1400, height: 900 };
  const permissions = ['clipboard-read', 'clipboard-write'];
  const colorScheme = options.theme?.includes('dark') ? 'dark' : 'light';
  const context = await browser.newContext({ viewport, permissions, colorScheme });
  if (options.translated) await context.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = '${PSEUDO}'`);
  const page = await context.newPage();
  page.setDefaultTimeout(stepMs);
  return page;
}

interface Parts {
  readonly page: Page;
  readonly workspace: string;
  readonly dataDir: string;
  readonly close: () => Promise<void>;
}

/** The VS Code window: what a person does and sees there, each step waiting until it has happened. */
export class Workbench {
  readonly page: Page;
  /** The copy of the workspace that is open. */
  readonly workspace: string;
  /** What the page wrote to its console. */
  readonly console: string[] = [];
  readonly #dataDir: string;
  readonly #close: () => Promise<void>;

  constructor({ page, workspace, dataDir, close }: Parts) {
    this.page = page;
    this.workspace = workspace;
    this.#dataDir = dataDir;
    this.#close = close;
    page.on('console', (message) => this.console.push(`[${message.type()}] ${message.text()}`));
    page.on('pageerror', (error) => this.console.push(`[pageerror] ${error.message}`));
  }

  close(): Promise<void> {
    return this.#close();
  }

  /** Opens the quick input with `open`, types, and takes the row that has the text. */
  async pick(open: () => Promise<unknown>, text: string, row: string | RegExp = text): Promise<void> {
    const box = this.page.locator('.quick-input-widget:not([style*="display: none"]) .quick-input-box input');
    const match = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: row }).first();
    const done = (work: Promise<unknown>) =>
      work.then(
        () => true,
        () => false,
      );
    await until(
      'the row in the quick input',
      async () => {
        if (!(await box.isVisible())) {
          await open();
          // Opened again too soon, the second one would type into the first.
          await done(box.waitFor({ timeout: 4000 }));
        }
        // The box that is in sight may be one that is just closing: it takes no text, or has no such row.
        if (await done(box.fill(text, { timeout: 2000 }))) {
          if (await done(match.click({ timeout: 10_000 }))) return true;
          // A list holds what was known when it was opened: commands of an extension come later.
          const value = await box.inputValue({ timeout: 300 }).catch(() => undefined);
          if (value === text) await this.page.keyboard.press('Escape');
        }
        return false;
      },
      90_000,
    );
    // What the choice opens may be another list in the same place.
    await until('the choice to be taken', async () => {
      // The box may go while it is asked.
      const value = await box.inputValue({ timeout: 300 }).catch(() => undefined);
      return value !== text;
    });
  }

  /** Runs a command by its title in the palette. */
  async command(title: string): Promise<void> {
    await this.pick(() => this.page.keyboard.press('F1'), `>${title}`, title);
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await this.pick(() => this.page.keyboard.press('Control+P'), name, basename(name));
    await this.page
      .locator('.tabs-container .tab')
      .filter({ hasText: basename(name) })
      .first()
      .waitFor();
  }

  // Notebooks in the background stay in the page, inert: what is below looks at the one in front.

  /** Makes a kernel the notebook's, by its label. */
  async selectKernel(label: string): Promise<void> {
    const current = this.page.locator('.kernel-label:not([inert] *)').first();
    await current.waitFor();
    if ((await current.textContent())?.includes(label)) return;
    await current.click();
    // The list may begin with the kernels' sources: on to the kernels of ours.
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    const onward = rows.filter({ hasText: /Select Another Kernel|Millrace for Apache Flink SQL/ }).first();
    const wanted = rows.filter({ hasText: label }).first();
    await until(`the kernel ${label} in the list`, async () => {
      if (await wanted.isVisible()) return true;
      if (await onward.isVisible()) await onward.click();
      return undefined;
    });
    await wanted.click();
    await until(`the kernel ${label}`, async () => (await current.textContent())?.includes(label));
  }

  /** The notebook's cells that hold code, from the top; only those near the viewport are in the page. */
  codeCells(): Locator {
    return this.page.locator('.notebook-editor .cell-list-container .code-cell-row:not([inert] *)');
  }

  async runAllCells(): Promise<void> {
    const button = this.page
      .locator('.notebook-toolbar-container:not([inert] *)')
      .getByText('Run All', { exact: true });
    await button.filter({ visible: true }).first().click();
  }

  /** Runs one cell that holds code and is in view: a click into it, and Ctrl+Enter. */
  async runCell(index: number): Promise<void> {
    await this.codeCells().nth(index).locator('.monaco-editor .view-line').first().click();
    await this.page.keyboard.press('Control+Enter');
  }

  /** Scrolls the open notebook until the top of something in it, an output for example, is in the upper half of the view. */
  async scrollTo(target: Locator): Promise<void> {
    const notebook = this.page.locator('.notebook-editor .cell-list-container:not([inert] *)');
    let last = Number.NaN;
    await until('the end of scrolling', async () => {
      const [box, view] = [await target.boundingBox(), await notebook.boundingBox()];
      if (!box || !view) return undefined;
      const away = Math.round(box.y - view.y - 150);
      const there = away === last || (box.y > view.y && box.y < view.y + view.height / 2);
      last = away;
      // At the end of the notebook it goes no further.
      if (there) return true;
      // Beside the cells: over a grid the wheel scrolls the grid.
      await this.page.mouse.move(view.x + 4, view.y + 200);
      await this.page.mouse.wheel(0, away);
      await sleep(400);
      return undefined;
    });
  }

  /** The first frame, however deep, that has the selector: webviews and notebook outputs live in frames within frames. */
  async frameWith(selector: string, timeoutMs = stepMs): Promise<Frame> {
    const found = await until(
      `a frame with ${selector}`,
      async () => {
        for (const frame of this.page.frames()) {
          if (frame === this.page.mainFrame()) continue;
          // A frame may go while we look at it.
          const count = await frame
            .locator(selector)
            .count()
            .catch(() => 0);
          if (count > 0) return frame;
        }
        return undefined;
      },
      timeoutMs,
    );
    return found;
  }

  /** The error squiggles in view, after at least one has appeared. */
  async squiggles(kind: 'error' | 'warning' = 'error'): Promise<Locator> {
    const marks = this.page.locator(`.monaco-editor .squiggly-${kind}`);
    await marks.first().waitFor();
    return marks;
  }

  /** Puts the pointer on a word of a visible editor and gives the hover's text. */
  async hover(word: string): Promise<string> {
    const at = await until(`the word ${word} in an editor`, () => this.page.evaluate(placeOf, word));
    await this.page.mouse.move(at.x - 4, at.y);
    await this.page.mouse.move(at.x, at.y, { steps: 4 });
    const box = this.page.locator('.monaco-hover:not(.hidden) .hover-contents').filter({ visible: true });
    await box.first().waitFor();
    return (await box.allInnerTexts()).join('\n');
  }

  /** Opens completion at the cursor of the focused editor and gives the labels. */
  async complete(): Promise<string[]> {
    const rows = this.page.locator('.suggest-widget.visible .monaco-list-row .label-name');
    await until('completion', async () => {
      if ((await rows.count()) === 0) await this.page.keyboard.press('Control+Space');
      await sleep(300);
      return (await rows.count()) > 0;
    });
    return rows.allInnerTexts();
  }

  /** The notifications shown as toasts now. */
  notifications(): Promise<string[]> {
    return this.page.locator('.notification-toast .notification-list-item-message').allInnerTexts();
  }

  /** The text of the status bar's items. */
  async statusBar(): Promise<string> {
    return (await this.page.locator('.part.statusbar .statusbar-item').allInnerTexts()).join(' | ');
  }

  /** Changes the colour theme in the running window. */
  async setTheme(theme: Theme): Promise<void> {
    await this.pick(() => this.command('Preferences: Color Theme'), themes[theme]);
    await this.page.locator(`.monaco-workbench.${themeClasses[theme]}`).waitFor();
  }

  /** Writes a picture of the window; a relative path is taken from the root of the repository. */
  async screenshot(path: string): Promise<void> {
    const target = path.startsWith('/') ? path : join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    await this.page.screenshot({ path: target });
  }

  /** What the workbench's server wrote. */
  serverLog(): string {
    return readFileSync(join(this.#dataDir, 'server.log'), 'utf8');
  }

  /** The person's settings as they are on disk. */
  userSettings(): string {
    return readFileSync(join(this.#dataDir, 'user', 'User', 'settings.json'), 'utf8');
  }
}

/** Asks again until the answer is there (neither undefined nor false). */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  timeoutMs: number = stepMs,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs / 1000} s for ${what}`);
    await sleep(50);
  }
}

/** Runs in the page: the middle of a word that an editor shows. */
function placeOf(word: string): { x: number; y: number } | undefined {
  for (const line of document.querySelectorAll('.monaco-editor .view-line')) {
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const index = node.textContent?.indexOf(word) ?? -1;
      if (index < 0) continue;
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const box = range.getBoundingClientRect();
      if (box.width > 0) return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    }
  }
  return undefined;
}

/** Keeps a picture of the window in test-results/ when a test of this file fails. */
export function pictureOfFailures(workbench: () => Workbench | undefined): void {
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    const name = `${task.file.name}-${task.name}`.replace(/[^\w]+/g, '-');
    await workbench()?.screenshot(`test-results/${name}.png`);
  });
}
