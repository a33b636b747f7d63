import type { AnalyzedStatement } from '../program.ts';
import type { CodeAction } from '../quick-fixes.ts';
import { extractCte, inlineCte } from './ctes.ts';
import { expandStar } from './expand-star.ts';
import { wrapQuery } from './wrap.ts';

/** What can be done to the text at an offset without changing what it means; comments stay. */
export function refactorings(statement: AnalyzedStatement, text: string, offset: number): CodeAction[] {
  return [expandStar, extractCte, inlineCte, wrapQuery].flatMap((refactor) => refactor(statement, text, offset));
}
