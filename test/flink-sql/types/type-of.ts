import { parseExpression, parseType } from '../../../flink-sql/syntax/index.ts';
import { typeFromSyntax } from '../../../flink-sql/types/from-syntax.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';

/** The type that a text means; interval types are legal in CAST only. */
export function typeOf(text: string): LogicalType {
  if (!text.startsWith('INTERVAL')) {
    const { node, errors } = parseType(text);
    if (!node || errors.length > 0) throw new Error(`does not parse: ${text}`);
    return typeFromSyntax(node);
  }
  const { node, errors } = parseExpression(`CAST(NULL AS ${text})`);
  if (node?.kind !== 'Cast' || errors.length > 0) throw new Error(`does not parse: ${text}`);
  return typeFromSyntax(node.type);
}
