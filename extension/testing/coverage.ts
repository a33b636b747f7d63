import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as vscode from 'vscode';
import { type Mark, marksOf, type ReportedScript, together } from './coverage-details.ts';
import { sourceOf } from './test-source.ts';

/** What VS Code asks for when it shows the marks of a document. */
const detailsOf = new WeakMap<vscode.FileCoverage, readonly vscode.FileCoverageDetail[]>();

export const loadDetails = (coverage: vscode.FileCoverage): readonly vscode.FileCoverageDetail[] =>
  detailsOf.get(coverage) ?? [];

/** Gathers the coverage of a run, which comes file by file of tests. */
export class CoverageFiles {
  readonly #folder = mkdtemp(join(tmpdir(), 'millrace-coverage-'));
  readonly #reports: ReportedScript[][] = [];
  #count = 0;

  /** A path for the coverage of the next tests. */
  async next(): Promise<string> {
    return join(await this.#folder, `${this.#count++}.json`);
  }

  /** Reads what tests that ran in `cwd` have left there; nothing where they were stopped. */
  async take(path: string, cwd: string): Promise<void> {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    const { files } = JSON.parse(text) as { readonly files: readonly ReportedScript[] };
    this.#reports.push(files.map((script) => ({ ...script, file: resolve(cwd, script.file) })));
  }

  /** Hands everything to the run. */
  async show(run: vscode.TestRun): Promise<void> {
    for (const script of together(this.#reports)) {
      for (const coverage of await coverageOf(script)) run.addCoverage(coverage);
    }
  }

  async close(): Promise<void> {
    await rm(await this.#folder, { recursive: true, force: true });
  }
}

/** The coverage of a script: one document, or the cells of a notebook. */
async function coverageOf(script: ReportedScript): Promise<vscode.FileCoverage[]> {
  const source = await sourceOf(vscode.Uri.file(script.file));
  const documents = new Map<string, { uri: vscode.Uri; details: vscode.StatementCoverage[] }>();
  for (const mark of marksOf(script)) {
    const { uri } = source.location(mark.place);
    const known = documents.get(uri.toString()) ?? { uri, details: [] };
    documents.set(uri.toString(), known);
    known.details.push(statementOf(mark, (place) => source.location(place).range));
  }
  return [...documents.values()].map(({ uri, details }) => {
    const coverage = vscode.FileCoverage.fromDetails(uri, details);
    detailsOf.set(coverage, details);
    return coverage;
  });
}

function statementOf(
  { place, rows, branches }: Mark,
  rangeOf: (place: Mark['place']) => vscode.Range,
): vscode.StatementCoverage {
  const branch = (one: Mark['branches'][number]) => new vscode.BranchCoverage(one.rows, rangeOf(one.place), one.label);
  const range = rangeOf(place);
  // Of a statement of many lines the first one is marked: the others are for what stands there.
  const lines = branches.length === 0 ? range.with({ end: new vscode.Position(range.start.line, 1000) }) : range;
  return new vscode.StatementCoverage(rows, lines, branches.map(branch));
}
