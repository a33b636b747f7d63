import { t } from '../../webviews/shared/l10n.ts';
import type { ReportedTest } from './test-process.ts';

const GREEN = '\u001b[32m';
const RED = '\u001b[31m';
const DIM = '\u001b[2m';
const PLAIN = '\u001b[0m';

/** What became of a cell's tests, for the terminal colours of a notebook's output: rows that are missing in red, others in green. */
export function cellReport(tests: readonly ReportedTest[]): string {
  return tests.map(testText).join('\n');
}

function testText({ name, passed, milliseconds, failures, skipped }: ReportedTest): string {
  const time = `${DIM}${t('{0} ms', Math.round(milliseconds))}${PLAIN}`;
  const head = passed ? `${GREEN}passed${PLAIN}  ${name}  ${time}` : `${RED}failed${PLAIN}  ${name}  ${time}`;
  const reasons = (skipped ?? []).map((reason) => `        ${t('skipped: {0}', reason)}`);
  const lines = failures.flatMap(({ text, at }) => {
    const [message = '', ...rows] = text.split('\n');
    const where = at ? `${DIM}${t('line {0}', at.line)}: ${PLAIN}` : '';
    return [`        ${where}${message}`, ...rows.map((row) => `        ${coloured(row)}`)];
  });
  return [head, ...reasons, ...lines].join('\n');
}

function coloured(row: string): string {
  if (row.startsWith('- ')) return `${RED}${row}${PLAIN}`;
  return row.startsWith('+ ') ? `${GREEN}${row}${PLAIN}` : row;
}
