import type { DdlStatement } from '../ast.ts';
import { K } from '../keywords.ts';
import { ifExists, qualifiedName } from './names.ts';
import type { NameRole, Parser } from './parser.ts';

/** DROP [TEMPORARY] TABLE | VIEW | MATERIALIZED TABLE | MODEL | [SYSTEM] FUNCTION | DATABASE | CATALOG [IF EXISTS] name */
export function dropStatement(p: Parser): DdlStatement {
  const { start } = p;
  p.expect(K.DROP);
  const temporary = p.accept(K.TEMPORARY);
  if (p.accept(K.TABLE)) return dropObject(p, start, 'DropTable', temporary, 'table');
  if (p.accept(K.VIEW)) return dropObject(p, start, 'DropView', temporary, 'view');
  if (p.accept(K.MODEL)) return dropObject(p, start, 'DropModel', temporary, 'model');
  if (p.at(K.MATERIALIZED)) {
    const from = p.start;
    p.advance();
    if (temporary) {
      const message = 'DROP TEMPORARY MATERIALIZED TABLE is not supported.';
      p.refuseAndLeave(from, p.end, message, 'not-allowed', 'ParseException');
    }
    p.expect(K.TABLE);
    return dropObject(p, start, 'DropMaterializedTable', false, 'table');
  }
  if (p.accept(K.DATABASE)) {
    const exists = ifExists(p);
    const name = qualifiedName(p, 'database');
    const behavior = p.accept(K.RESTRICT) ? 'RESTRICT' : p.accept(K.CASCADE) ? 'CASCADE' : undefined;
    const node = { kind: 'DropDatabase', start, end: p.end, ifExists: exists, name } as const;
    return behavior === undefined ? node : { ...node, behavior };
  }
  if (p.accept(K.CATALOG)) {
    const exists = ifExists(p);
    const name = qualifiedName(p, 'catalog');
    return { kind: 'DropCatalog', start, end: p.end, ifExists: exists, name };
  }
  const system = p.accept(K.SYSTEM);
  p.expect(K.FUNCTION);
  const exists = ifExists(p);
  const name = qualifiedName(p, 'function');
  return { kind: 'DropFunction', start, end: p.end, temporary, system, ifExists: exists, name };
}

function dropObject(
  p: Parser,
  start: number,
  kind: 'DropTable' | 'DropView' | 'DropMaterializedTable' | 'DropModel',
  temporary: boolean,
  role: NameRole,
): DdlStatement {
  const exists = ifExists(p);
  const name = qualifiedName(p, role);
  return { kind, start, end: p.end, temporary, ifExists: exists, name };
}
