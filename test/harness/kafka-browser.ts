import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame, Locator, Page } from 'playwright-core';
import { until, type Workbench } from './workbench.ts';

/** The settings of a workbench in which `pictures` may be taken: it follows the light and the dark of the system. */
export const FOLLOWS_SYSTEM = { 'window.autoDetectColorScheme': true } as const;

/** After which a notice that is not shown is looked for in the list. */
const UNSEEN_MS = 5000;

/** The view of Kafka in a workbench, and what its commands ask. */
export class KafkaBrowser {
  readonly #workbench: Workbench;
  readonly #page: Page;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
    this.#page = workbench.page;
  }

  /** Opens the side bar with the tree of Kafka alone, which has all of its room. */
  async show(): Promise<void> {
    await this.#page.locator('.activitybar [aria-label="Millrace"]').first().click();
    // It is closed until it is wanted; the others leave it their room.
    for (const [name, now] of Object.entries({ Connections: 'true', Catalog: 'true', Jobs: 'true', Kafka: 'false' })) {
      const header = this.#page.locator('.sidebar .pane-header').filter({ hasText: name }).first();
      await header.waitFor();
      if ((await header.getAttribute('aria-expanded')) === now) await header.click();
    }
  }

  pane(): Locator {
    return this.#page
      .locator('.pane')
      .filter({ has: this.#page.locator('.pane-header:has-text("Kafka")') })
      .last();
  }

  row(text: string | RegExp): Locator {
    return this.pane().locator('.monaco-list-row').filter({ hasText: text }).first();
  }

  /**
   * Opens what a row has below it. Rows that come in above move this one away from under a pointer, which would press another: the event goes
   * to the row itself.
   */
  async open(text: string | RegExp): Promise<void> {
    const row = this.row(text);
    await row.waitFor();
    const isOpen = async (): Promise<boolean> => (await row.getAttribute('aria-expanded')) === 'true';
    await until(
      `${text} to open`,
      async () => {
        if (await isOpen()) return true;
        await row.locator('.monaco-tl-twistie').dispatchEvent('click');
        return until(`${text} to open`, isOpen, 8000).catch(() => undefined);
      },
      60_000,
    );
  }

  /** Opens the menu of a row, and gives its entry with the text. */
  async #menu(of: Locator, text: string): Promise<Locator> {
    const entry = this.#page.locator('.context-view .action-label').filter({ hasText: text }).first();
    await until(
      `${text} in a menu`,
      async () => {
        const box = await of.boundingBox();
        const place = box ? { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 } : {};
        await of.dispatchEvent('contextmenu', { button: 2, ...place });
        const shown = await entry.waitFor({ timeout: 5000 }).then(
          () => true,
          () => undefined,
        );
        if (!shown) await this.#page.keyboard.press('Escape');
        return shown;
      },
      60_000,
    );
    return entry;
  }

  /** Takes an entry of the menu of a row: a click that comes too soon after the menu does nothing, as people know. */
  async choose(of: Locator, text: string): Promise<void> {
    const entry = await this.#menu(of, text);
    await until(`${text} to be taken`, async () => {
      if (!(await entry.isVisible())) return true;
      await entry.hover();
      await sleep(250);
      await entry.click({ timeout: 2000 }).catch(() => undefined);
      await entry.waitFor({ state: 'hidden', timeout: 1500 }).catch(() => undefined);
      return !(await entry.isVisible());
    });
  }

  /** The entries of the menu of a row, once one of them is there; the menu is closed again. */
  async entries(of: Locator, one: string): Promise<string[]> {
    await this.#menu(of, one);
    const labels = this.#page.locator('.context-view .action-label');
    const texts = await labels.allInnerTexts();
    await this.#page.keyboard.press('Escape');
    await labels.first().waitFor({ state: 'hidden' });
    return texts.filter((text) => text !== '');
  }

  /** The page of a topic or a group by its heading; `also` is to stand in its head, too: `read-only`. */
  view(name: string, also = ''): Promise<Frame> {
    return until(`the view of ${name} ${also}`, async () => {
      for (const frame of this.#page.frames()) {
        // A frame may go while we look at it.
        const [titles, heads] = await Promise.all([
          frame.locator('.mt h1').allInnerTexts(),
          frame.locator('.mt header').allInnerTexts(),
        ]).catch(() => [[], []] as [string[], string[]]);
        if (titles.includes(name) && heads.some((head) => head.includes(also))) return frame;
      }
      return undefined;
    });
  }

  /** Is no page of that heading there any more? */
  gone(name: string): Promise<true> {
    return until(`the view of ${name} to close`, async () => {
      for (const frame of this.#page.frames()) {
        const titles = await frame
          .locator('.mt h1')
          .allInnerTexts()
          .catch((): string[] => []);
        if (titles.includes(name)) return undefined;
      }
      return true;
    });
  }

  /** The quick input with the title. */
  #asked(title: string): Locator {
    return this.#page
      .locator('.quick-input-widget:not([style*="display: none"])')
      .filter({ has: this.#page.locator('.quick-input-title', { hasText: title }) });
  }

  /** Answers an input box that has the title. */
  async answer(title: string, text: string): Promise<void> {
    const box = this.#asked(title).locator('.quick-input-box input');
    await box.waitFor();
    await box.fill(text);
    await box.press('Enter');
  }

  /** Takes an item of the list that has the title. */
  async take(title: string, label: string | RegExp): Promise<void> {
    const asked = this.#asked(title);
    await asked.waitFor();
    await asked.locator('.quick-input-list .monaco-list-row').filter({ hasText: label }).first().click();
  }

  /** Ticks exactly these items of the list that has the title, and goes on. */
  async tick(title: string, labels: readonly string[]): Promise<void> {
    const asked = this.#asked(title);
    await asked.waitFor();
    const rows = asked.locator('.quick-input-list .monaco-list-row');
    await rows.first().waitFor();
    for (let i = 0; i < (await rows.count()); i++) {
      const row = rows.nth(i);
      const text = await row.innerText();
      const wanted = labels.some((label) => text.includes(label));
      const box = row.locator('[role="checkbox"], input[type="checkbox"]').first();
      const isTicked = async () => (await box.getAttribute('aria-checked')) === 'true' || (await box.isChecked());
      if ((await isTicked()) !== wanted) await box.click();
      await until(`${text} ${wanted ? 'ticked' : 'not ticked'}`, async () => (await isTicked()) === wanted);
    }
    await asked.locator('.quick-input-box input').press('Enter');
  }

  /** The labels in the list that has the title. */
  async offered(title: string): Promise<string[]> {
    const rows = this.#asked(title).locator('.quick-input-list .monaco-list-row');
    await rows.first().waitFor();
    // What stands below a label looks the same.
    return rows.evaluateAll((all) => all.map((row) => row.querySelector('.label-name')?.textContent ?? ''));
  }

  /** Answers a dialog with one of its buttons; gives its text. */
  async confirm(button: string): Promise<string> {
    const dialog = this.#page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    const text = await dialog.innerText();
    await dialog.getByRole('button', { name: button, exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    return text;
  }

  /** A notice with the text; the editor now and then puts one into its list without showing it, where the bell is marked. */
  async notice(text: string | RegExp): Promise<Locator> {
    const item = this.#page.locator('.notification-list-item').filter({ hasText: text }).first();
    let next = Date.now() + UNSEEN_MS;
    await until(`a notice with ${text}`, async () => {
      if (await item.isVisible()) return true;
      if (Date.now() < next) return undefined;
      next = Date.now() + UNSEEN_MS;
      await this.#page.locator('[id="status.notifications"]').click();
      return undefined;
    });
    return item;
  }

  /** Waits for a notice with the text, takes it away, and gives all of its text. */
  async told(text: string | RegExp): Promise<string> {
    const item = await this.notice(text);
    let message = '';
    await until(`the notice with ${text} to be read and gone`, async () => {
      if (message !== '' && !(await item.isVisible())) return true;
      // It may go by itself meanwhile.
      const words = item.locator('.notification-list-item-message').innerText({ timeout: 1000 });
      message = await words.catch(() => message);
      await item.hover({ timeout: 1000 }).catch(() => undefined);
      await item
        .locator('.codicon-notifications-clear')
        .click({ timeout: 1000 })
        .catch(() => undefined);
      await item.waitFor({ state: 'hidden', timeout: 1000 }).catch(() => undefined);
      return undefined;
    });
    return message;
  }

  /** Puts a text in the place of all that stands in the editor in front: pasted, for what is typed is completed by the editor. */
  async write(text: string): Promise<void> {
    await this.#page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await this.#page.keyboard.press('Control+A');
    await this.#page.keyboard.press('Control+V');
  }

  /** Puts a document in the place of all that stands in the editor in front. */
  async edit(document: string | object): Promise<void> {
    const editor = this.#page.locator('.editor-instance .monaco-editor').first();
    await editor.locator('.view-line').first().click();
    await this.write(typeof document === 'string' ? document : JSON.stringify(document, null, 1));
  }

  /** Writes a document of messages in the editor in front, and sends it. */
  async send(document: string | object): Promise<void> {
    await this.edit(document);
    await this.#page.getByRole('button', { name: 'Send Messages' }).first().click();
  }

  /** Pictures of the window in light and in dark. */
  async pictures(name: string): Promise<void> {
    await this.#workbench.screenshot(`test-results/${name}-light.png`);
    await this.#turn('dark');
    await this.#workbench.screenshot(`test-results/${name}-dark.png`);
    await this.#turn('light');
  }

  async #turn(scheme: 'light' | 'dark'): Promise<void> {
    await this.#page.emulateMedia({ colorScheme: scheme });
    await this.#page.locator(`.monaco-workbench.${scheme === 'dark' ? 'vs-dark' : 'vs'}`).waitFor();
    await until(`pages in ${scheme}`, async () => {
      for (const frame of this.#page.frames()) {
        // Frames that hold no page of an extension have no kind; one may go while it is asked.
        const kind = await frame.evaluate(() => document.body?.dataset.vscodeThemeKind).catch(() => undefined);
        if (kind !== undefined && kind !== `vscode-${scheme}`) return undefined;
      }
      return true;
    });
    // The status bar fades from one to the other.
    await this.#page
      .locator('.part.statusbar')
      .evaluate((bar) => Promise.all(bar.getAnimations({ subtree: true }).map(({ finished }) => finished)));
  }
}
