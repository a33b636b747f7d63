import { type FunctionDefinition, findBuiltIn } from '../../flink-sql/functions/catalogue.ts';
import { T } from '../../flink-sql/syntax/index.ts';
import { cursorAt, openParenthesis } from './completion/cursor.ts';
import type { AnalyzedText } from './program.ts';

export interface SignatureHelp {
  readonly signatures: readonly {
    readonly label: string;
    readonly parameters: readonly string[];
    readonly documentation: string;
  }[];
  readonly active: number;
  readonly parameter: number;
}

/** The signatures of the function in whose arguments the offset stands. */
export function signatureHelp({ source }: AnalyzedText, offset: number): SignatureHelp | undefined {
  const { before } = cursorAt(source.text, offset);
  const open = openParenthesis(before);
  const name = before[open - 1];
  const found = name && (WINDOWS[name.upper] ?? fromCatalogue(findBuiltIn(name.text), name.upper));
  if (!found || found.length === 0) return undefined;
  let depth = 0;
  let parameter = 0;
  for (const word of before.slice(open + 1)) {
    if (word.kind === T.LPAREN || word.kind === T.LBRACKET) depth++;
    else if (word.kind === T.RPAREN || word.kind === T.RBRACKET) depth--;
    else if (word.kind === T.COMMA && depth === 0) parameter++;
  }
  const fits = found.findIndex((s) => parameter < s.parameters.length || s.label.includes('…'));
  const active = Math.max(0, fits);
  const last = (found[active]?.parameters.length ?? 1) - 1;
  return {
    signatures: found,
    active,
    parameter: found[active]?.label.includes('…') ? Math.min(parameter, last) : parameter,
  };
}

function fromCatalogue(
  definition: FunctionDefinition | undefined,
  name: string,
): SignatureHelp['signatures'] | undefined {
  return definition?.signatures.map((s) => {
    const parameters = s.parameters.map((p) => {
      const typed = `${p.name} ${p.family.toLowerCase().replaceAll('_', ' ')}`;
      return `${p.optional ? `[${typed}]` : typed}${p.variadic ? ', …' : ''}`;
    });
    return { label: `${name}(${parameters.join(', ')})`, parameters, documentation: definition.doc };
  });
}

const window = (name: string, documentation: string, ...parameters: string[]) => [
  { label: `${name}(${parameters.join(', ')})`, parameters, documentation },
];

const WINDOWS: Readonly<Record<string, SignatureHelp['signatures']>> = {
  TUMBLE: window(
    'TUMBLE',
    'Windows of one size that follow each other.',
    'TABLE data',
    'DESCRIPTOR(timecol)',
    'size',
    '[offset]',
  ),
  HOP: window(
    'HOP',
    'Windows of one size that begin every slide and overlap.',
    'TABLE data',
    'DESCRIPTOR(timecol)',
    'slide',
    'size',
    '[offset]',
  ),
  CUMULATE: window(
    'CUMULATE',
    'Windows of one start that grow by step up to size.',
    'TABLE data',
    'DESCRIPTOR(timecol)',
    'step',
    'size',
    '[offset]',
  ),
  SESSION: window(
    'SESSION',
    'Windows that end when no row comes for the gap.',
    'TABLE data [PARTITION BY keys]',
    'DESCRIPTOR(timecol)',
    'gap',
  ),
};
