import type { Frame, Locator } from 'playwright-core';
import { until, type Workbench } from './workbench.ts';

/** What one statement shows below its cell, in the renderer's own frame. */
export class ResultPane {
  readonly #workbench: Workbench;
  readonly #element: Locator;

  constructor(workbench: Workbench, element: Locator) {
    this.#workbench = workbench;
    this.#element = element;
  }

  /** running, finished, failed or stopped. */
  async phase(): Promise<string> {
    return (await this.#element.getAttribute('data-phase')) ?? '';
  }

  /** Waits until the statement has ended and gives how: finished, failed or stopped. */
  ended(timeoutMs = 60_000): Promise<string> {
    return until(
      'the end of a statement',
      async () => {
        const phase = await this.phase();
        return /^(finished|failed|stopped)$/.test(phase) ? phase : undefined;
      },
      timeoutMs,
    );
  }

  /** The header's count, such as `3 rows`. */
  count(): Promise<string> {
    return this.#element.getByTestId('result-count').innerText();
  }

  async columns(): Promise<string[]> {
    return this.#element.getByTestId('result-column').locator('.mr-name').allInnerTexts();
  }

  /** The cells of the rows in view; in the changelog view the row kind comes first. Waits for the first row. */
  async rows(): Promise<string[][]> {
    const rows = this.#element.getByTestId('result-row');
    await rows.first().waitFor();
    return rows.evaluateAll((elements) =>
      elements.map((element) =>
        [...element.querySelectorAll('[role="gridcell"]')].map((cell) => cell.textContent ?? ''),
      ),
    );
  }

  /** All that it shows, where that is a text and no grid. */
  text(): Promise<string> {
    return this.#element.innerText();
  }

  async showView(view: 'table' | 'changelog'): Promise<void> {
    await this.scrollTo();
    await this.#element.getByTestId(`view-${view}`).click();
  }

  async stop(): Promise<void> {
    await this.scrollTo();
    await this.#element.getByTestId('result-stop').click();
  }

  /** Scrolls the notebook until it is to be seen: what is not cannot be clicked. */
  scrollTo(): Promise<void> {
    return this.#workbench.scrollTo(this.#element);
  }

  async errorMessage(): Promise<string> {
    return this.#element.getByTestId('error-message').innerText();
  }
}

/** The outputs of the open notebooks; each has to have been painted once. */
export class ResultPanes {
  readonly #workbench: Workbench;
  readonly #frame: Frame;

  private constructor(workbench: Workbench, frame: Frame) {
    this.#workbench = workbench;
    this.#frame = frame;
  }

  /** The frame of the notebook that shows the result of a statement with these words in its first line; waits for it. */
  static async of(workbench: Workbench, statement: string, timeoutMs = 60_000): Promise<ResultPanes> {
    return new ResultPanes(workbench, await workbench.frameWith(selectorOf(statement), timeoutMs));
  }

  /** The grid or error of a statement with these words in its first line; waits for it. */
  async result(statement: string): Promise<ResultPane> {
    const element = this.#frame.locator(selectorOf(statement));
    await element.waitFor({ state: 'attached', timeout: 60_000 });
    return new ResultPane(this.#workbench, element);
  }

  /** How many statements said OK, or which job they are. */
  oks(): Promise<number> {
    return this.#frame.getByTestId('result-ok').count();
  }
}

function selectorOf(statement: string): string {
  return `[data-testid="result"][aria-label*=${JSON.stringify(statement)}]`;
}
