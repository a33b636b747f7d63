import type { Arrangement, JobFigures, ToHost, ToRenderer, View } from '../../webviews/messages.ts';
import { currentTexts, t } from '../../webviews/shared/l10n.ts';
import type { Connection } from '../connections/connection.ts';
import type { Disposable } from '../disposables.ts';
import { JobClient } from '../jobs/job-client.ts';
import { isArranged } from '../results/arrange.ts';
import { findText } from '../results/find-text.ts';
import { JobFiguresWatch } from '../results/job-figures.ts';
import type { ResultStore, RowsAnswer } from '../results/result-store.ts';
import { FilterProblem } from '../results/row-filters.ts';
import { statementClauses } from '../results/statement-clauses.ts';

/** Milliseconds between two states of one result that one renderer is sent. */
const PACE_MS = 100;
/** While a result runs its state is told at least this often: its rate falls when nothing comes. */
const IDLE_MS = 1000;
/** Rows that a renderer is sent unasked, so that the first are on the screen at once. */
const FIRST_ROWS = 40;
/** A page that has not drawn a state for so long is told the next one all the same. */
const UNSEEN_MS = 3000;
/** How long EXPLAIN may take. */
const EXPLAIN_MS = 30_000;
/** Most rows of one answer. */
const MOST_ROWS = 1000;

/** The statement behind a result. */
export interface ResultOrigin {
  /** Ends the statement. */
  readonly stop: () => void;
  /** Keeps a chart in the statement's text. */
  readonly keepChart?: (chart: string | undefined) => void;
  /** Where its job runs. */
  readonly connection?: Connection;
  /** Its text, the parts of which operators of the plan come from. */
  readonly statement?: string;
  /** What EXPLAIN says of it. */
  readonly explain?: (signal: AbortSignal) => Promise<string>;
  /** Shows a part of the statement in its editor; offsets in the statement. */
  readonly reveal?: (start: number, end: number) => void;
}

interface Entry {
  readonly store: ResultStore;
  readonly origin: ResultOrigin;
  /** Set when the job is known and somebody looks. */
  watch: JobFiguresWatch | undefined;
}

/** What a renderer asks for that concerns the window. */
export interface ResultActions {
  exportRows(store: ResultStore, what: { readonly view: View; readonly arrange: Arrangement }): unknown;
  record(store: ResultStore): unknown;
  openJob(job: { readonly connection: Connection; readonly id: string; readonly name: string }): unknown;
  save(name: string, bytes: Uint8Array): unknown;
  /** A statement is on its way. */
  started?(store: ResultStore, origin: ResultOrigin): unknown;
}

interface AskedRows {
  readonly view: View;
  readonly from: number;
  readonly count: number;
  readonly request: number;
  readonly arrange?: Arrangement | undefined;
}

/** A renderer's interest in a result. */
interface Subscription {
  readonly leave: () => void;
  timer: NodeJS.Timeout | undefined;
  /** Whether the timer is set for a change, not only for the clock. */
  prompt: boolean;
  /** Whether the renderer says when it has drawn a state; and that it has not drawn the last yet. */
  answers: boolean;
  unseen: boolean;
  /** Tells the state when it is due. */
  readonly due: () => void;
}

/**
 * Between the stores and the renderers that show them. A renderer that appears late (scrolled into view, moved to
 * another window) subscribes and is told everything: nothing is lost by not having been there. `E` names an editor.
 */
export class ResultHub<E extends object> implements Disposable {
  readonly #send: (message: ToRenderer, editor: E) => void;
  readonly #entries = new Map<string, Entry>();
  readonly #subscriptions = new Map<E, Map<string, Subscription>>();

  readonly #actions: ResultActions;

  constructor(send: (message: ToRenderer, editor: E) => void, actions: ResultActions) {
    this.#send = send;
    this.#actions = actions;
  }

  /** Makes a result known. */
  add(store: ResultStore, origin: ResultOrigin): void {
    this.#entries.set(store.id, { store, origin, watch: undefined });
    this.#actions.started?.(store, origin);
  }

  /** A result that is still kept. */
  store(id: string): ResultStore | undefined {
    return this.#entries.get(id)?.store;
  }

  /** Lets go of a result and of the memory that it holds. */
  remove(id: string): void {
    this.#entries.get(id)?.watch?.dispose();
    this.#entries.delete(id);
    for (const editor of this.#subscriptions.keys()) this.#unsubscribe(editor, id);
  }

  receive(message: ToHost, editor: E): void {
    if (message.type === 'language') {
      const texts = currentTexts();
      if (Object.keys(texts).length > 0) this.#send({ type: 'texts', texts }, editor);
      return;
    }
    const entry = this.#entries.get(message.id);
    if (!entry) {
      if (message.type === 'subscribe' || message.type === 'rows') this.#send({ type: 'gone', id: message.id }, editor);
      return;
    }
    switch (message.type) {
      case 'subscribe':
        this.#subscribe(entry, editor);
        break;
      case 'unsubscribe':
        this.#unsubscribe(editor, message.id);
        break;
      case 'seen':
        this.#seen(message.id, editor);
        break;
      case 'stop':
        entry.origin.stop();
        break;
      case 'rows':
        if (message.arrange && isArranged(message.arrange)) void this.#sendArranged(entry.store, editor, message);
        else this.#sendRows(entry.store, editor, message);
        break;
      case 'find':
        void this.#find(entry.store, editor, message);
        break;
      case 'pause':
        entry.store.pause(message.paused);
        break;
      case 'export':
        if (message.record) this.#actions.record(entry.store);
        else this.#actions.exportRows(entry.store, { view: message.view, arrange: message.arrange ?? {} });
        break;
      case 'profile':
        void this.#profile(entry.store, editor, message);
        break;
      case 'chart':
        entry.origin.keepChart?.(message.chart);
        break;
      case 'save':
        this.#actions.save(message.name, Buffer.from(message.base64, 'base64'));
        break;
      case 'openJob': {
        const { jobId, title } = entry.store.state();
        const { connection } = entry.origin;
        if (jobId !== undefined && connection) this.#actions.openJob({ connection, id: jobId, name: title });
        break;
      }
      case 'plan':
        void this.#explain(entry, editor, message.request);
        break;
      case 'place':
        entry.origin.reveal?.(message.start, message.end);
        break;
    }
  }

  /** An editor is gone, or its page begins anew. */
  leave(editor: E): void {
    for (const id of [...(this.#subscriptions.get(editor)?.keys() ?? [])]) this.#unsubscribe(editor, id);
  }

  dispose(): void {
    for (const [editor, held] of this.#subscriptions) for (const id of [...held.keys()]) this.#unsubscribe(editor, id);
    for (const { watch } of this.#entries.values()) watch?.dispose();
    this.#entries.clear();
  }

  /** Sends rows; false when the result has none yet. */
  #sendRows(store: ResultStore, editor: E, asked: AskedRows): boolean {
    const { view, from, count, request, arrange } = asked;
    const found = store.rows(view, from, Math.min(count, MOST_ROWS), arrange?.zone);
    if (found) this.#sendAnswer(store, editor, { view, request }, found);
    return found !== undefined;
  }

  async #sendArranged(store: ResultStore, editor: E, asked: AskedRows): Promise<void> {
    const { view, from, count, request, arrange = {} } = asked;
    try {
      const found = await store.arranged(view, from, Math.min(count, MOST_ROWS), arrange);
      if (found) this.#sendAnswer(store, editor, { view, request }, found);
    } catch (error) {
      this.#sendProblem(store, editor, asked, error);
    }
  }

  async #find(store: ResultStore, editor: E, asked: Extract<ToHost, { type: 'find' }>): Promise<void> {
    const { view, text, request, arrange = {} } = asked;
    try {
      const found = await findText(await store.all(view, arrange), text, (rows) => store.write(rows, arrange.zone));
      this.#send({ type: 'found', id: store.id, request, ...found }, editor);
    } catch (error) {
      this.#sendProblem(store, editor, asked, error);
    }
  }

  async #profile(store: ResultStore, editor: E, asked: Extract<ToHost, { type: 'profile' }>): Promise<void> {
    const { view, column, request, arrange = {} } = asked;
    try {
      const profile = await store.profile(view, column, arrange);
      this.#send({ type: 'profile', id: store.id, request, profile }, editor);
    } catch (error) {
      this.#sendProblem(store, editor, asked, error);
    }
  }

  #sendAnswer(
    store: ResultStore,
    editor: E,
    asked: { readonly view: View; readonly request: number },
    { ipc: bytes, ...found }: RowsAnswer,
  ): void {
    const ipc = Buffer.from(bytes).toString('base64');
    this.#send({ type: 'rows', id: store.id, ...asked, ...found, ipc }, editor);
  }

  #sendProblem(
    { id }: ResultStore,
    editor: E,
    { view, request }: { readonly view: View; readonly request: number },
    error: unknown,
  ): void {
    const { start, end } = error instanceof FilterProblem ? error : { start: 0, end: 0 };
    const message = error instanceof Error ? error.message : String(error);
    this.#send({ type: 'problem', id, view, request, message, start, end }, editor);
  }

  async #explain({ store, origin }: Entry, editor: E, request: number): Promise<void> {
    try {
      if (!origin.explain || origin.statement === undefined)
        throw new Error(t('The plan of this statement is not known'));
      // Of a plan that EXPLAIN has told already only the places are asked for.
      const isPlan = /^\s*EXPLAIN\b/i.test(origin.statement);
      const text = isPlan ? '' : await origin.explain(AbortSignal.timeout(EXPLAIN_MS));
      this.#send({ type: 'plan', id: store.id, request, text, clauses: statementClauses(origin.statement) }, editor);
    } catch (error) {
      this.#sendProblem(store, editor, { view: 'table', request }, error);
    }
  }

  /** Asks what the result's job does, as soon as there is one and as long as somebody looks. */
  #watch(entry: Entry): void {
    const { store, origin } = entry;
    const { jobId } = store.state();
    if (!entry.watch && jobId !== undefined && origin.connection) {
      const tell = (figures: JobFigures): void => {
        for (const [editor, held] of this.#subscriptions) {
          if (held.has(store.id)) this.#send({ type: 'job', id: store.id, figures }, editor);
        }
      };
      const wanted = (): boolean => store.phase === 'running';
      entry.watch = new JobFiguresWatch(new JobClient(origin.connection), jobId, tell, wanted);
    }
    entry.watch?.start();
  }

  #subscribe(entry: Entry, editor: E): void {
    const { store } = entry;
    const held = this.#subscriptions.get(editor) ?? new Map<string, Subscription>();
    this.#subscriptions.set(editor, held);
    held.get(store.id)?.leave();
    let sent = 0;
    let rowsSent = false;
    let asked = false;
    const tell = (): void => {
      clearTimeout(subscription.timer);
      const state = store.state();
      const live = state.phase === 'starting' || state.phase === 'running';
      subscription.timer = live ? setTimeout(tell, IDLE_MS) : undefined;
      subscription.prompt = false;
      subscription.unseen = subscription.answers;
      sent = performance.now();
      this.#send({ type: 'state', state }, editor);
      if (state.jobId !== undefined && !asked) {
        asked = true;
        this.#watch(entry);
        const known = entry.watch?.last;
        if (known) this.#send({ type: 'job', id: store.id, figures: known }, editor);
      }
      if (!rowsSent && state.tableRows > 0) {
        rowsSent = this.#sendRows(store, editor, { view: 'table', from: 0, count: FIRST_ROWS, request: 0 });
      }
    };
    const due = (): void => {
      const wait = sent + (subscription.unseen ? UNSEEN_MS : PACE_MS) - performance.now();
      clearTimeout(subscription.timer);
      if (wait <= 0) {
        tell();
        return;
      }
      subscription.timer = setTimeout(tell, wait);
      subscription.prompt = true;
    };
    const leave = store.onChange(() => {
      if (!subscription.prompt) due();
    });
    const subscription: Subscription = {
      timer: undefined,
      prompt: false,
      answers: false,
      unseen: false,
      due,
      leave: () => {
        clearTimeout(subscription.timer);
        leave();
      },
    };
    held.set(store.id, subscription);
    tell();
  }

  /** A renderer has drawn what it was told: a page that is slow shall not have to work off what is old. */
  #seen(id: string, editor: E): void {
    const subscription = this.#subscriptions.get(editor)?.get(id);
    if (!subscription) return;
    subscription.answers = true;
    if (!subscription.unseen) return;
    subscription.unseen = false;
    if (subscription.prompt) subscription.due();
  }

  #unsubscribe(editor: E, id: string): void {
    const held = this.#subscriptions.get(editor);
    held?.get(id)?.leave();
    held?.delete(id);
    if (held?.size === 0) this.#subscriptions.delete(editor);
    const isSeen = [...this.#subscriptions.values()].some((others) => others.has(id));
    if (!isSeen) this.#entries.get(id)?.watch?.stop();
  }
}
