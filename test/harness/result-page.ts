import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ResultHub } from '../../extension/notebook/result-hub.ts';
import type { ResultStore } from '../../extension/results/result-store.ts';
import { findChromium } from '../../scripts/chromium.ts';
import { root } from '../../scripts/paths.ts';
import type { ToHost } from '../../webviews/messages.ts';

/** A page that the renderer's clipboard trusts; nobody serves it. */
const ADDRESS = 'http://localhost/results';
const EDITOR = {};

/** The results component in a real browser, with the editor's own stores and hub in this process behind it. */
export class ResultPage {
  readonly page: Page;
  readonly hub: ResultHub<object>;
  /** Messages that the page was sent. */
  sent = 0;
  readonly #browser: Browser;

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.page = page;
    this.hub = new ResultHub<object>(
      (message) => {
        this.sent++;
        // The page may be closing.
        page.evaluate((given) => window.millraceToPage(given), message as unknown).catch(() => undefined);
      },
      { exportRows: () => undefined, record: () => undefined, openJob: () => undefined, save: () => undefined },
    );
  }

  static async open(): Promise<ResultPage> {
    const executablePath = findChromium();
    if (!executablePath) throw new Error('no chromium: see missingForWorkbench in scripts/chromium.ts');
    const bundle = await build({
      entryPoints: [`${root}/webviews/results/renderer.tsx`],
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'MillraceResults',
      jsx: 'automatic',
      target: 'es2024',
      define: { 'process.env.NODE_ENV': '"production"' },
      absWorkingDir: root,
    });
    const browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--enable-precise-memory-info'],
    });
    const context = await browser.newContext({
      viewport: { width: 1000, height: 700 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    await page.route(ADDRESS, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!DOCTYPE html><body><div id="out"></div></body>' }),
    );
    await page.goto(ADDRESS);
    const self = new ResultPage(browser, page);
    await page.exposeFunction('millraceToHost', (message: ToHost) => self.hub.receive(message, EDITOR));
    await page.addScriptTag({ content: bundle.outputFiles[0]?.text ?? '' });
    await page.evaluate(() => {
      const listeners: ((message: unknown) => void)[] = [];
      window.millraceToPage = (message) => {
        for (const listener of listeners) listener(message);
      };
      const renderer = window.MillraceResults.activate({
        postMessage: (message: unknown) => window.millraceToHost(message),
        onDidReceiveMessage: (listener: (message: unknown) => void) => listeners.push(listener),
      });
      window.millraceShow = (state) =>
        renderer.renderOutputItem({ id: state.id, json: () => state }, document.getElementById('out') as HTMLElement);
    });
    return self;
  }

  /** Shows a result in place of the one before. */
  async show(store: ResultStore): Promise<void> {
    this.hub.add(store, { stop: () => store.end('stopped') });
    await this.page.evaluate(() => {
      const old = document.getElementById('out');
      const next = document.createElement('div');
      next.id = 'out';
      old?.replaceWith(next);
    });
    await this.page.evaluate((state) => window.millraceShow(state), store.state());
  }

  /** The rows in sight, cell by cell. */
  rows(): Promise<string[][]> {
    return this.page
      .getByTestId('result-row')
      .evaluateAll((rows) =>
        rows.map((row) => [...row.querySelectorAll('[role="gridcell"]')].map((cell) => cell.textContent ?? '')),
      );
  }

  async close(): Promise<void> {
    this.hub.dispose();
    await this.#browser.close();
  }
}

declare global {
  interface Window {
    millraceToHost(message: unknown): void;
    millraceToPage(message: unknown): void;
    millraceShow(state: { readonly id: string }): void;
    MillraceResults: {
      activate(context: unknown): {
        renderOutputItem(item: { id: string; json(): unknown }, element: HTMLElement): void;
      };
    };
  }
}
