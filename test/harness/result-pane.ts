import type { Frame, Locator } from 'playwright-core';
import { until, type Workbench } from './workbench.ts';

/** What one statement shows below its cell, in the renderer's own frame. */
export class ResultPane {
  readonly #element: Locator;

  constructor(element: Locator) {
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

  async showView(view: 'table' | 'changelog'): Promise<void> {
    await this.#element.getByTestId(`view-${view}`).click();
  }

  stop(): Promise<void> {
    return this.#element.getByTestId('result-stop').click();
  }

  async errorMessage(): Promise<string> {
    return this.#element.getByTestId('error-message').innerText();
  }
}

/** The outputs of the open notebook, from its top; each has to have been painted once. */
export class ResultPanes {
  readonly #frame: Frame;

  private constructor(frame: Frame) {
    this.#frame = frame;
  }

  /** Waits for the first output of the notebook. */
  static async of(workbench: Workbench, timeoutMs = 60_000): Promise<ResultPanes> {
    return new ResultPanes(await workbench.frameWith('[data-testid="result"], [data-testid="result-ok"]', timeoutMs));
  }

  /** The grid or error at this place among the notebook's grids and errors; waits for it. */
  async result(index: number): Promise<ResultPane> {
    const element = this.#frame.getByTestId('result').nth(index);
    await element.waitFor({ state: 'attached', timeout: 60_000 });
    return new ResultPane(element);
  }

  /** How many statements said OK, or which job they are. */
  oks(): Promise<number> {
    return this.#frame.getByTestId('result-ok').count();
  }
}
