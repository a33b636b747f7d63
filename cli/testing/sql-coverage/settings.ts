import { writeFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import type { ScriptCoverage } from '../../../testing/sql-coverage/model.ts';
import { coverageJson, coverageLcov, coverageText } from '../../../testing/sql-coverage/report.ts';
import { UsageError } from '../../usage.ts';

/** Where the coverage of tests goes, beside the terminal. */
export interface CoverageSettings {
  readonly json: string | undefined;
  readonly lcov: string | undefined;
}

/** What --coverage and its files ask for; undefined: nothing. */
export function coverageOf(values: {
  readonly coverage: boolean;
  readonly 'coverage-json'?: string | undefined;
  readonly 'coverage-lcov'?: string | undefined;
  readonly gateway?: string | undefined;
  readonly connection?: string | undefined;
}): CoverageSettings | undefined {
  const { coverage, 'coverage-json': json, 'coverage-lcov': lcov } = values;
  if (!coverage && json === undefined && lcov === undefined) return undefined;
  if (values.gateway !== undefined || values.connection !== undefined) {
    throw new UsageError('--coverage is of tests on the local runtime, without --gateway or --connection');
  }
  return { json, lcov };
}

/** Prints the coverage, unless the results go out as JSON, and writes its files. */
export function tellCoverage(scripts: readonly ScriptCoverage[], settings: CoverageSettings, quiet: boolean): void {
  const shownPath = (path: string): string => (relative('.', path) || path).replaceAll(sep, '/');
  if (settings.json !== undefined) writeFileSync(settings.json, coverageJson(scripts, shownPath));
  if (settings.lcov !== undefined) writeFileSync(settings.lcov, coverageLcov(scripts, shownPath));
  if (quiet) return;
  process.stdout.write(scripts.length === 0 ? 'The tests use no scripts.\n' : `${coverageText(scripts, shownPath)}\n`);
}
