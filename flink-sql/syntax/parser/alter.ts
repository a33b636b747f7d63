import type {
  AddPartition,
  AlterMaterializedTable,
  AlterTableAction,
  Distribution,
  PartitionItem,
  PartitionSpec,
  QualifiedName,
  RenameAction,
  ResetOptionsAction,
  SetOptionsAction,
  Statement,
  TableElement,
} from '../ast.ts';
import { K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { addedElement, distribution, refuseSecondWatermark } from './columns.ts';
import { freshness, functionLanguage, refreshMode } from './create.ts';
import { literal, quotedString, stringLiteral } from './literals.ts';
import { identifier, ifExists, ifNotExists, properties, propertyKeys, qualifiedName } from './names.ts';
import type { Parser } from './parser.ts';
import { query } from './queries.ts';
import { setOption } from './session.ts';

/** ALTER TABLE | VIEW | MATERIALIZED TABLE | MODEL | DATABASE | CATALOG | [TEMPORARY [SYSTEM]] FUNCTION … | SYSTEM … */
export function alterStatement(p: Parser): Statement {
  const { start } = p;
  p.expect(K.ALTER);
  if (p.accept(K.TABLE)) return alterTable(p, start);
  if (p.accept(K.VIEW)) return alterView(p, start);
  if (p.accept(K.MATERIALIZED)) return alterMaterializedTable(p, start);
  if (p.accept(K.MODEL)) return alterModel(p, start);
  if (p.accept(K.DATABASE)) {
    const name = qualifiedName(p, 'database');
    p.expect(K.SET);
    const options = properties(p);
    return { kind: 'AlterDatabase', start, end: p.end, name, options };
  }
  if (p.accept(K.CATALOG)) return alterCatalog(p, start);
  if (p.at(K.TEMPORARY) || p.at(K.FUNCTION)) return alterFunction(p, start);
  const scope = p.accept(K.SESSION) ? 'SESSION' : 'SYSTEM';
  if (scope === 'SYSTEM') p.expect(K.SYSTEM);
  return setOption(p, start, scope);
}

const setAction = (p: Parser, start: number): SetOptionsAction => {
  const options = properties(p);
  return { kind: 'SetOptions', start, end: p.end, options };
};

const resetAction = (p: Parser, start: number): ResetOptionsAction => {
  const keys = propertyKeys(p);
  return { kind: 'ResetOptions', start, end: p.end, keys };
};

/** RENAME has been consumed: TO name */
function renameTo(p: Parser, start: number): RenameAction {
  p.expect(K.TO);
  const to = qualifiedName(p, 'new-name');
  return { kind: 'Rename', start, end: p.end, to };
}

/** TABLE has been consumed: [IF EXISTS] name action */
function alterTable(p: Parser, start: number): Statement {
  const exists = ifExists(p);
  const name = qualifiedName(p, 'table');
  const action = p.attempt(tableAction, (from): AlterTableAction => {
    p.skipTo(() => false);
    return p.invalid(from);
  });
  return { kind: 'AlterTable', start, end: p.end, ifExists: exists, name, action };
}

/** RENAME TO t | RENAME a TO b | SET ( … ) | RESET ( … ) | ADD … | MODIFY … | DROP … */
function tableAction(p: Parser): AlterTableAction {
  const { start } = p;
  if (p.accept(K.RENAME)) {
    if (p.at(K.TO)) return renameTo(p, start);
    const from = qualifiedName(p, 'column');
    p.expect(K.TO);
    const to = qualifiedName(p, 'new-name');
    return { kind: 'RenameColumn', start, end: p.end, from, to };
  }
  if (p.accept(K.SET)) return setAction(p, start);
  if (p.accept(K.RESET)) return resetAction(p, start);
  if (p.accept(K.ADD)) return addAction(p, start);
  if (p.accept(K.MODIFY)) return elementsAction(p, start, 'Modify');
  p.expect(K.DROP);
  return dropAction(p, start);
}

/** [IF NOT EXISTS] ( PARTITION ( … ) [WITH ( … )] )+ | elements */
function addAction(p: Parser, start: number): AlterTableAction {
  const partition = p.at(K.PARTITION) || (p.at(K.IF) && p.peek(1) === K.NOT);
  if (!partition) return elementsAction(p, start, 'Add');
  const exists = ifNotExists(p);
  const partitions: AddPartition[] = [];
  do {
    const from = p.start;
    p.expect(K.PARTITION);
    const spec = partitionSpec(p);
    const options = p.accept(K.WITH) ? properties(p) : [];
    partitions.push({ kind: 'AddPartition', start: from, end: p.end, spec, options });
  } while (p.at(K.PARTITION));
  return { kind: 'AddPartitions', start, end: p.end, ifNotExists: exists, partitions };
}

/** element | ( element, … ); DISTRIBUTION alone is an action of its own */
function elementsAction(p: Parser, start: number, kind: 'Add' | 'Modify'): AlterTableAction {
  const list: (TableElement | Distribution)[] = [];
  if (p.accept(T.LPAREN)) {
    do list.push(addedElement(p));
    while (p.accept(T.COMMA));
    p.expect(T.RPAREN);
  } else list.push(addedElement(p));
  const [, second] = list.filter((element) => element.kind === 'Watermark');
  if (second !== undefined) refuseSecondWatermark(p, second);
  const spread = list.find((element) => element.kind === 'Distribution');
  if (spread !== undefined && list.length === 1) {
    const name = kind === 'Add' ? 'AddDistribution' : 'ModifyDistribution';
    return { kind: name, start, end: p.end, distribution: spread };
  }
  const elements = list.filter((element): element is TableElement => element.kind !== 'Distribution');
  const node = { kind, start, end: p.end, elements } as const;
  return spread === undefined ? node : { ...node, distribution: spread };
}

/** [IF EXISTS] PARTITION ( … ), … | column | ( column, … ) | PRIMARY KEY | CONSTRAINT n | WATERMARK | DISTRIBUTION */
function dropAction(p: Parser, start: number): AlterTableAction {
  if (p.at(K.PARTITION) || (p.at(K.IF) && p.peek(1) === K.EXISTS)) {
    const exists = ifExists(p);
    const partitions: PartitionSpec[] = [];
    do {
      p.expect(K.PARTITION);
      partitions.push(partitionSpec(p));
    } while (p.accept(T.COMMA));
    return { kind: 'DropPartitions', start, end: p.end, ifExists: exists, partitions };
  }
  if (p.accept(K.PRIMARY)) {
    p.expect(K.KEY);
    return { kind: 'DropPrimaryKey', start, end: p.end };
  }
  if (p.accept(K.CONSTRAINT)) {
    const name = identifier(p, 'column');
    return { kind: 'DropConstraint', start, end: p.end, name };
  }
  if (p.accept(K.WATERMARK)) return { kind: 'DropWatermark', start, end: p.end };
  if (p.accept(K.DISTRIBUTION)) return { kind: 'DropDistribution', start, end: p.end };
  const columns: QualifiedName[] = [];
  if (p.accept(T.LPAREN)) {
    do columns.push(qualifiedName(p, 'column'));
    while (p.accept(T.COMMA));
    p.expect(T.RPAREN);
  } else columns.push(qualifiedName(p, 'column'));
  return { kind: 'DropColumns', start, end: p.end, columns };
}

/** ( column = literal, … ); with `bare`, also `column` alone (ANALYZE TABLE) */
export function partitionSpec(p: Parser, bare = false): PartitionSpec {
  const { start } = p;
  p.expect(T.LPAREN);
  const items: PartitionItem[] = [];
  do {
    const from = p.start;
    const name = identifier(p, 'partition-column');
    if (bare && !p.at(T.EQ)) {
      items.push({ kind: 'PartitionItem', start: from, end: p.end, name });
      continue;
    }
    p.expect(T.EQ);
    const value = literal(p);
    items.push({ kind: 'PartitionItem', start: from, end: p.end, name, value });
  } while (p.accept(T.COMMA));
  p.expect(T.RPAREN);
  return { kind: 'PartitionSpec', start, end: p.end, items };
}

/** VIEW has been consumed: name RENAME TO name | AS query */
function alterView(p: Parser, start: number): Statement {
  const name = qualifiedName(p, 'view');
  const from = p.start;
  if (p.accept(K.RENAME)) {
    const action = renameTo(p, from);
    return { kind: 'AlterView', start, end: p.end, name, action };
  }
  p.expect(K.AS);
  const inner = query(p);
  const action = { kind: 'AsQuery', start: from, end: p.end, query: inner } as const;
  return { kind: 'AlterView', start, end: p.end, name, action };
}

/** MATERIALIZED has been consumed: TABLE name action */
function alterMaterializedTable(p: Parser, start: number): Statement {
  p.expect(K.TABLE);
  const name = qualifiedName(p, 'table');
  const action = materializedAction(p);
  return { kind: 'AlterMaterializedTable', start, end: p.end, name, action };
}

/** SUSPEND | RESUME [WITH …] | REFRESH [PARTITION …] | SET … | RESET … | AS query | ADD | MODIFY | DROP DISTRIBUTION */
function materializedAction(p: Parser): AlterMaterializedTable['action'] {
  const { start } = p;
  if (p.accept(K.SUSPEND)) return { kind: 'Suspend', start, end: p.end };
  if (p.accept(K.RESUME)) {
    const options = p.accept(K.WITH) ? properties(p) : [];
    return { kind: 'Resume', start, end: p.end, options };
  }
  if (p.accept(K.REFRESH)) {
    if (!p.accept(K.PARTITION)) return { kind: 'Refresh', start, end: p.end };
    const partition = partitionSpec(p);
    return { kind: 'Refresh', start, end: p.end, partition };
  }
  if (p.accept(K.SET)) {
    if (p.accept(K.FRESHNESS)) {
      const value = freshness(p);
      return { kind: 'SetFreshness', start, end: p.end, freshness: value };
    }
    if (p.accept(K.REFRESH_MODE)) {
      const mode = refreshMode(p);
      return { kind: 'SetRefreshMode', start, end: p.end, mode };
    }
    return setAction(p, start);
  }
  if (p.accept(K.RESET)) return resetAction(p, start);
  if (p.accept(K.AS)) {
    const inner = query(p);
    return { kind: 'AsQuery', start, end: p.end, query: inner };
  }
  const { kind } = p;
  if (!p.accept(K.ADD) && !p.accept(K.MODIFY)) p.expect(K.DROP);
  const from = p.start;
  p.expect(K.DISTRIBUTION);
  if (kind === K.DROP) return { kind: 'DropDistribution', start, end: p.end };
  const spread = distribution(p, from);
  const name = kind === K.ADD ? 'AddDistribution' : 'ModifyDistribution';
  return { kind: name, start, end: p.end, distribution: spread };
}

/** MODEL has been consumed: [IF EXISTS] name RENAME TO name | SET ( … ) | RESET ( … ) */
function alterModel(p: Parser, start: number): Statement {
  const exists = ifExists(p);
  const name = qualifiedName(p, 'model');
  const from = p.start;
  let action: RenameAction | SetOptionsAction | ResetOptionsAction;
  p.ahead(2);
  if (p.accept(K.RENAME)) action = renameTo(p, from);
  else if (p.accept(K.SET)) action = setAction(p, from);
  else {
    p.expect(K.RESET);
    action = resetAction(p, from);
  }
  return { kind: 'AlterModel', start, end: p.end, ifExists: exists, name, action };
}

/** CATALOG has been consumed: name SET ( … ) | RESET ( … ) | COMMENT 'text' */
function alterCatalog(p: Parser, start: number): Statement {
  const part = identifier(p, 'catalog');
  const name: QualifiedName = { kind: 'QualifiedName', start: part.start, end: part.end, parts: [part] };
  const from = p.start;
  if (p.accept(K.SET)) {
    const action = setAction(p, from);
    return { kind: 'AlterCatalog', start, end: p.end, name, action };
  }
  if (p.accept(K.RESET)) {
    const action = resetAction(p, from);
    return { kind: 'AlterCatalog', start, end: p.end, name, action };
  }
  p.expect(K.COMMENT);
  const comment = stringLiteral(p);
  const action = { kind: 'Comment', start: from, end: p.end, comment } as const;
  return { kind: 'AlterCatalog', start, end: p.end, name, action };
}

/** [TEMPORARY [SYSTEM]] FUNCTION [IF EXISTS] name AS 'class' [LANGUAGE …] */
function alterFunction(p: Parser, start: number): Statement {
  const temporary = p.accept(K.TEMPORARY);
  const system: boolean = temporary && p.accept(K.SYSTEM);
  p.expect(K.FUNCTION);
  const exists = ifExists(p);
  const name = qualifiedName(p, 'function');
  p.expect(K.AS);
  const className = quotedString(p);
  const language = functionLanguage(p);
  const node = {
    kind: 'AlterFunction',
    start,
    end: p.end,
    temporary,
    system,
    ifExists: exists,
    name,
    className,
  } as const;
  return language === undefined ? node : { ...node, language };
}
