import type { Statement, SyntaxNode } from './ast.ts';
import type { SqlSyntaxError } from './errors.ts';
import { walk } from './walk.ts';

/** Flink versions that can be a target. */
export type FlinkVersion = '1.20' | '2.0' | '2.1' | '2.2';

const order: readonly FlinkVersion[] = ['1.20', '2.0', '2.1', '2.2'];

/** What came after 1.20, by the node that carries it. Sources: the release notes and parserImpls.ftl of each version. */
function since(node: SyntaxNode): readonly [FlinkVersion, string] | undefined {
  switch (node.kind) {
    case 'CreateModel':
    case 'AlterModel':
    case 'DropModel':
      return ['2.0', 'MODEL'];
    case 'ShowObjects':
      if (node.what === 'MODELS') return ['2.0', 'SHOW MODELS'];
      return node.what === 'MATERIALIZED TABLES' ? ['2.2', 'SHOW MATERIALIZED TABLES'] : undefined;
    case 'ShowCreate':
      if (node.what === 'MODEL') return ['2.0', 'SHOW CREATE MODEL'];
      return node.what === 'MATERIALIZED TABLE' ? ['2.2', 'SHOW CREATE MATERIALIZED TABLE'] : undefined;
    case 'Describe':
      if (node.what === 'MODEL') return ['2.0', 'DESCRIBE MODEL'];
      return node.what === 'FUNCTION' ? ['2.0', 'DESCRIBE FUNCTION'] : undefined;
    case 'AsQuery':
      return undefined;
    case 'Select':
      return node.qualify === undefined ? undefined : ['2.0', 'QUALIFY'];
    case 'StructuredType':
      return ['2.1', 'STRUCTURED'];
    case 'ModelArgument':
      return ['2.1', 'MODEL as an argument'];
    case 'BuiltinType':
      return node.name === 'VARIANT' ? ['2.1', 'VARIANT'] : undefined;
    default:
      return undefined;
  }
}

/** Reports syntax of a statement that is newer than the target. */
export function checkVersion(statement: Statement, target: FlinkVersion): SqlSyntaxError[] {
  const errors: SqlSyntaxError[] = [];
  walk(statement, (node) => {
    const found = since(node);
    if (found === undefined || order.indexOf(found[0]) <= order.indexOf(target)) return;
    errors.push({
      start: node.start,
      end: node.end,
      message: `${found[1]} needs Flink ${found[0]}; the target is ${target}.`,
      code: 'since-version',
      exception: 'ParseException',
      placed: false,
    });
  });
  return errors;
}
