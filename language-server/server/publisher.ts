import { type Connection, type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node';
import type { Diagnostic as Found } from '../../flink-sql/diagnostics.ts';
import type { AnalyzedText } from '../ide/program.ts';
import { reviewsOf } from '../ide/reviews.ts';
import type { Program, Programs } from './programs.ts';
import { rangeOf } from './ranges.ts';

/** So long the server works at diagnostics before it looks for requests. */
const SLICE_MS = 5;

const SEVERITIES: Record<Found['severity'], DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/**
 * Sends diagnostics of what is open: at once, without waiting for a pause in the typing. The work goes on in short slices between
 * requests, the program that was changed last first; what has become stale meanwhile is begun anew and never sent.
 */
export class Publisher {
  readonly #connection: Connection;
  readonly #programs: Programs;
  readonly #withReviews: () => boolean;
  /** Programs to do; the last one is the most urgent. */
  readonly #queue: string[] = [];
  readonly #sent = new Map<string, string>();
  #running = false;
  #work: { readonly id: string; readonly key: string; readonly steps: Iterator<void> } | undefined;

  constructor(connection: Connection, programs: Programs, withReviews: () => boolean) {
    this.#connection = connection;
    this.#programs = programs;
    this.#withReviews = withReviews;
  }

  /** A program was opened or edited: it comes before all others. */
  soon(id: string): void {
    this.#remove(id);
    this.#queue.push(id);
    this.#start();
  }

  /** What a program sees has changed: it is done after those that are being edited. */
  later(id: string): void {
    if (this.#queue.includes(id)) return;
    this.#queue.unshift(id);
    this.#start();
  }

  /** Takes the diagnostics of documents away that are no longer open. */
  closed(id: string, uris: readonly string[]): void {
    this.#remove(id);
    for (const uri of uris) {
      this.#sent.delete(uri);
      void this.#connection.sendDiagnostics({ uri, diagnostics: [] });
    }
  }

  #remove(id: string): void {
    const at = this.#queue.indexOf(id);
    if (at >= 0) this.#queue.splice(at, 1);
  }

  #start(): void {
    if (this.#running) return;
    this.#running = true;
    setImmediate(() => this.#slice());
  }

  #slice(): void {
    this.#running = false;
    const until = performance.now() + SLICE_MS;
    do {
      const id = this.#queue.at(-1);
      if (id === undefined) return;
      const program = this.#programs.byId(id);
      if (!program) {
        this.#remove(id);
        continue;
      }
      const key = this.#programs.keyOf(program);
      if (this.#work?.id !== id || this.#work.key !== key) this.#work = { id, key, steps: this.#steps(program) };
      if (this.#work.steps.next().done) {
        this.#work = undefined;
        this.#remove(id);
      }
    } while (performance.now() < until);
    this.#start();
  }

  /** The work of a program, cut between statements; nothing happens between the last cut and the sending. */
  *#steps(program: Program): Generator<void, void, void> {
    const texts = this.#programs.analyze(program);
    yield;
    const reviews = this.#withReviews();
    for (const text of texts) {
      for (const statement of text.statements) {
        void statement.faults;
        if (reviews) reviewsOf(statement, text.source.text);
        yield;
      }
    }
    for (const text of texts) this.#send(text, reviews);
  }

  #send(text: AnalyzedText, reviews: boolean): void {
    const document = this.#programs.document(text.source.id);
    if (!document) return;
    const found = [
      ...text.diagnostics,
      ...(reviews ? text.statements.flatMap((s) => reviewsOf(s, text.source.text)) : []),
    ];
    const diagnostics = found.map(
      (d): Diagnostic => ({
        range: rangeOf(document, d),
        severity: SEVERITIES[d.severity],
        code: d.code,
        source: 'Flink SQL',
        message: d.message,
      }),
    );
    const { uri, version } = document;
    // Cells that were not touched keep what they have.
    const sending = `${version} ${JSON.stringify(diagnostics)}`;
    if (this.#sent.get(uri) === sending) return;
    this.#sent.set(uri, sending);
    void this.#connection.sendDiagnostics({ uri, version, diagnostics });
  }
}
