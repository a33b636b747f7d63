import { findConnector, findOption, optionsOf } from '../../flink-sql/connectors/index.ts';
import { isComplete } from '../../flink-sql/connectors/option-checks.ts';
import { checkValue, OptionFault } from '../../flink-sql/connectors/option-values.ts';
import type { Diagnostic } from '../../flink-sql/diagnostics.ts';
import type { CreateTable, Property } from '../../flink-sql/syntax/ast.ts';
import { isNeeded } from './completion/options.ts';
import type { AnalyzedStatement } from './program.ts';

/**
 * What a table's options will make of its first use. Flink takes the CREATE TABLE as it is, so these are notes: the statements that read
 * or write the table have the errors.
 */
export function optionNotes({ node }: AnalyzedStatement): Diagnostic[] {
  if (node?.kind !== 'CreateTable' || node.options.length === 0) return [];
  const options = writtenOptions(node);
  const connector = findConnector(options.connector);
  if (!connector || !isComplete(connector.id)) return [];
  const known = optionsOf(options);
  const found: Diagnostic[] = [];
  const note = (code: string, message: string, place: { readonly start: number; readonly end: number }): void => {
    const { start, end } = place;
    found.push({ severity: 'warning', code: `review/${code}`, message, exception: 'Review', start, end, placed: true });
  };
  for (const p of node.options) {
    const key = p.key.value;
    if (/^(connector|property-version|scan\.watermark\..+|millrace\..+)$/.test(key)) continue;
    const doc = findOption(key, known);
    if (!doc) {
      // Formats of files do not look for options that they do not know.
      if (connector.id === 'filesystem' && options.format && key.startsWith(`${options.format}.`)) continue;
      note('unknown-option', `The connector '${connector.id}' has no option '${key}': using the table fails.`, p.key);
    } else if (p.value && !p.value.value.includes('${')) {
      const wrong = valueFault(p, () => checkValue(doc, key, p.value?.value ?? ''));
      if (wrong) note('option-value', wrong, p.value);
    }
  }
  // A table made LIKE another has options that are not written here.
  const missing = node.like ? [] : known.filter((o) => !o.open && isNeeded(o, options));
  if (missing.length > 0)
    note(
      'missing-option',
      `The connector '${connector.id}' needs ${missing.map((o) => `'${o.key}'`).join(', ')}, which an environment can give, too.`,
      node.options.find((p) => p.key.value === 'connector') ?? node,
    );
  return found;
}

/** The options of a CREATE TABLE that have a value. */
export const writtenOptions = (node: CreateTable): Record<string, string> =>
  Object.fromEntries(node.options.flatMap((p) => (p.value ? [[p.key.value, p.value.value]] : [])));

function valueFault({ key }: Property, check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof OptionFault) return `'${key.value}': ${error.message}`;
    throw error;
  }
}
