import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { parseAst } from 'vitest/node';

/** A text of a source that people may see, and where it stands. */
export interface ShownText {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly text: string;
}

/** A node of the syntax tree, as ESTree has it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly value?: unknown;
  readonly name?: unknown;
  readonly operator?: unknown;
  readonly callee?: unknown;
  readonly arguments?: unknown;
  readonly key?: unknown;
  readonly property?: unknown;
  readonly test?: unknown;
  readonly quasis?: unknown;
}

/** What a person may see in a source, with its place in the tree. */
export interface ShownNode {
  readonly node: Node;
  /** Outermost first. */
  readonly above: readonly Node[];
  readonly text: string;
}

/** Attributes that no reader and no screen reader tells. */
const HIDDEN = new Set(
  'autoComplete className d id inputMode key kind markerEnd name orient preserveAspectRatio rel role scope style textAnchor type viewBox'.split(
    ' ',
  ),
);
/** Calls whose literals are no words: logs, look-ups in texts and in the page, and translations themselves. */
const WORDLESS =
  /^(?:log\w*|console|.*\.log|.*#log)\.(?:\w+)$|^warn$|\.(?:startsWith|endsWith|includes|indexOf|split|join|replace|replaceAll|match|test|has|get|set|delete|add|closest|querySelector|querySelectorAll|getElementById|getPropertyValue|addEventListener|removeEventListener|executeCommand|getConfiguration|affectsConfiguration)$|^(?:require|registerCommand|RegExp|Set|Map|fetch)$/;
const TRANSLATES = /(?:^|\.)t$/;

/** Texts in the sources of a folder that people may see and that nobody can translate. */
export function shownTextsIn(root: string, folder: string, skip: RegExp = /^$/): ShownText[] {
  return globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => !/(?:^|[/-])styles\.ts$/.test(file) && !skip.test(file))
    .sort()
    .flatMap((file) => {
      const source = readFileSync(join(root, file), 'utf8');
      return shownNodes(source, languageOf(file)).map(({ node, text }) => ({
        file,
        line: lineOf(source, node.start),
        text,
      }));
    });
}

/** How a file is to be read. */
export function languageOf(file: string): 'ts' | 'tsx' {
  return file.endsWith('x') ? 'tsx' : 'ts';
}

/** What people may see of a source and that is not given to `t`. */
export function shownNodes(source: string, lang: 'ts' | 'tsx'): ShownNode[] {
  const found: ShownNode[] = [];
  visit(parseAst(source, { lang }) as unknown as Node, [], found, source);
  return found;
}

/** Translations that are asked for when a module is loaded: before the host has told any. */
export function earlyTranslations(source: string, lang: 'ts' | 'tsx'): number[] {
  const lines: number[] = [];
  const walk = (node: Node): void => {
    if (/Function|^MethodDefinition$/.test(node.type)) return;
    if (node.type === 'CallExpression' && textOf(node.callee as Node, source) === 't') {
      lines.push(lineOf(source, node.start));
    }
    for (const child of childrenOf(node)) walk(child);
  };
  walk(parseAst(source, { lang }) as unknown as Node);
  return lines;
}

function visit(node: Node, above: readonly Node[], found: ShownNode[], source: string): void {
  if (isSilent(node, above, source)) return;
  const inside = [...above, node];
  const parent = above.at(-1);
  if (node.type === 'JSXText') {
    const text = String(node.value).replace(/\s+/g, ' ').trim();
    if (isProse(text)) found.push({ node, above, text });
    return;
  }
  if (node.type === 'Literal' && typeof node.value === 'string') {
    const text = node.value;
    if (isSaid(above) ? isProse(text) : isWords(text)) found.push({ node, above, text });
    return;
  }
  if (node.type === 'TemplateLiteral' && parent?.type !== 'TaggedTemplateExpression') {
    const parts = (node.quasis as { readonly value: { readonly cooked: string } }[]).map(({ value }) => value.cooked);
    const text = parts.join('{}');
    if (!CODE.test(text) && parts.some(isPartOfSentence)) found.push({ node, above, text });
  }
  for (const child of childrenOf(node)) visit(child, inside, found, source);
}

/** Whether what stands there is drawn as it is: a child of an element, also by way of a choice. */
function isSaid(above: readonly Node[]): boolean {
  const holder = above.findLast(({ type }) => type !== 'ConditionalExpression' && type !== 'LogicalExpression');
  if (holder?.type !== 'JSXExpressionContainer' && holder?.type !== 'JSXAttribute') return false;
  return true;
}

function isSilent(node: Node, above: readonly Node[], source: string): boolean {
  const parent = above.at(-1);
  if (/^(?:Import|ExportAll)/.test(node.type)) return true;
  if (node.type.startsWith('TS')) return !/^TS(?:As|Satisfies|NonNull)/.test(node.type);
  if (node.type === 'JSXAttribute') {
    const name = String((node.name as Node).name);
    return (
      HIDDEN.has(name) || /^data-|^aria-(?!label$|description$|valuetext$|placeholder$|roledescription$)/.test(name)
    );
  }
  if (!parent) return false;
  const isText = node.type === 'Literal' || node.type === 'TemplateLiteral';
  if (parent.type === 'CallExpression' || parent.type === 'NewExpression') {
    const callee = textOf(parent.callee as Node, source);
    if (TRANSLATES.test(callee)) return (parent.arguments as Node[])[0] === node;
    if (WORDLESS.test(callee)) return node !== parent.callee && (isText || /log/i.test(callee));
  }
  if (parent.type === 'Property' && parent.key === node) return true;
  if (parent.type === 'PropertyDefinition' && parent.key === node) return true;
  if (parent.type === 'MemberExpression' && parent.property === node) return true;
  if (parent.type === 'SwitchCase' && parent.test === node) return true;
  return isText && parent.type === 'BinaryExpression' && /[=<>]|in/.test(String(parent.operator));
}

function childrenOf(node: Node): Node[] {
  return Object.values(node).flatMap((value) =>
    (Array.isArray(value) ? value : [value]).filter(
      (one): one is Node => typeof one === 'object' && one !== null && typeof (one as Node).type === 'string',
    ),
  );
}

/** Names that are the same in every language: of keys, formats, kinds of things. */
const NAMES = new Set(
  'op Ctrl+Enter Shift+Enter Home End Enter Escape Tab Infinity Markdown Parquet Arrow Avro Sink Source X-Header'.split(
    ' ',
  ),
);

const PRODUCTS = /\b(?:Millrace|Apache|Flink|Kafka|SQL|CSV|JSON|HTML|PNG|SVG)\b:?/g;

/** SQL, comments of it, style sheets and markup. */
const CODE =
  /^(?:[a-z-]+|CAST)\(|^(?:SELECT|INSERT|DROP|ALTER|CREATE|SHOW|USE|SET|DESCRIBE|EXPLAIN)\s| FROM \{|^(?:\{\})?\s*(?:--|<|:root)| NOT NULL$/;

/** What has letters of a language, not `NULL`, `PNG` or a name. */
function isProse(text: string): boolean {
  return (
    /[a-z]/.test(text) &&
    /[A-Za-z]{2}/.test(text) &&
    !NAMES.has(text) &&
    !/^&\w+;$/.test(text) &&
    !/^[a-z]+:\/\/\S*$|^[\w-]+:\d+$/.test(text)
  );
}

/** What stands between values: a word beside one of them, not a unit or a separator alone. */
function isPartOfSentence(part: string): boolean {
  const words = part.replace(PRODUCTS, '');
  return /(?:^|\s)[A-Za-z]{2,}[,.:]?(?:\s|$)/.test(words) && /\s|^[A-Z]/.test(words);
}

/** Two words, or one that begins a sentence; no class names, SQL, or places. */
function isWords(text: string): boolean {
  const words = text.replace(PRODUCTS, '').trim();
  if (!isProse(words) || CODE.test(text)) return false;
  return (
    /[A-Za-z]{2,}[,.:;]? [A-Za-z]|[A-Za-z][,.:;]? [A-Za-z]{2,}/.test(words) || /^[A-Z][a-z]+(?:…|\.)?$/.test(words)
  );
}

function textOf(node: Node, source: string): string {
  return source.slice(node.start, node.end);
}

function lineOf(source: string, index: number): number {
  return source.slice(0, index).split('\n').length;
}
