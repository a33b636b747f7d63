/** Flink SQL's syntax: lexer, splitter, parser, tree. See ast.ts for the tree. */
export type * from './ast.ts';
export { lineColumn, type SqlSyntaxError } from './errors.ts';
export { type Expectation, expectedAt } from './expected.ts';
export { isReserved, K, type Keyword, keywords, lastKeyword, reservedCount } from './keywords.ts';
export { lex } from './lexer.ts';
export {
  type ParseOptions,
  type ParseResult,
  parse,
  parseExpression,
  parseType,
  type StatementEntry,
} from './parse.ts';
export type { NameRole } from './parser/parser.ts';
export { type StatementRange, splitStatements, splitTokens } from './splitter.ts';
export { isTrivia, T, type Tokens, tokenText } from './tokens.ts';
export type { FlinkVersion } from './versions.ts';
export { children, pathAt, walk } from './walk.ts';
