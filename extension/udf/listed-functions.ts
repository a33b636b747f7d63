import { createFunction, sqlName } from '../../udf/registration.ts';
import { t } from '../../webviews/shared/l10n.ts';

/** A function as `millrace udf list --json` prints it. */
export interface ListedFunction {
  readonly file: string;
  readonly language: 'JAVA' | 'PYTHON';
  readonly className: string;
  readonly kind: string;
  readonly signatures: readonly { readonly parameters: readonly string[]; readonly result: string }[];
  /** Why CREATE FUNCTION would refuse it. */
  readonly obstacle?: string;
}

/** A function as a list shows it. */
export interface FunctionItem {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly fn: ListedFunction;
}

/** What can be chosen: functions that can be registered first, then those that cannot, with the reason. */
export function functionItems(functions: readonly ListedFunction[]): FunctionItem[] {
  const items = functions.map((fn) => ({
    label: sqlName(fn.className),
    description: `${fn.kind}, ${fn.className}`,
    detail: fn.obstacle
      ? t('cannot be registered: {0}', fn.obstacle)
      : fn.signatures.map(({ parameters, result }) => `(${parameters.join(', ')}) → ${result}`).join('   '),
    fn,
  }));
  return [...items.filter(({ fn }) => !fn.obstacle), ...items.filter(({ fn }) => fn.obstacle)];
}

/**
 * The statements that register functions for a session. Jars are named by their paths on this machine, as are Python's modules, which the
 * session finds by an option.
 */
export function registrations(functions: readonly ListedFunction[]): string {
  const statements = functions.map(({ className, language, file }) => {
    const jar = language === 'JAVA' ? file : undefined;
    return `${createFunction({ name: sqlName(className), className, language, jar, temporary: true })};`;
  });
  const modules = [...new Set(functions.flatMap(({ language, file }) => (language === 'PYTHON' ? [file] : [])))];
  if (modules.length > 0) statements.unshift(`SET 'python.files' = '${modules.join(',').replaceAll("'", "''")}';`);
  return statements.join('\n');
}
