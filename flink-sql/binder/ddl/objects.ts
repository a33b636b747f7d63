import type { CatalogCommand } from '../../catalog/commands.ts';
import { catalogError, validationError } from '../../catalog/errors.ts';
import type { ObjectIdentifier, ResolvedFunction, ResolvedModel } from '../../catalog/model.ts';
import { serializableName } from '../../catalog/store.ts';
import type {
  AlterCatalog,
  AlterFunction,
  AlterModel,
  CreateFunction,
  CreateModel,
  DdlStatement,
  DropObject,
  Property,
  QualifiedName,
  TableElement,
} from '../../syntax/ast.ts';
import { typeFromSyntax } from '../../types/from-syntax.ts';
import type { BindContext } from '../api.ts';
import { unsupported } from '../query/context.ts';
import { nameParts } from '../query/names.ts';

type Statement = Exclude<
  DdlStatement,
  {
    kind:
      | 'CreateTable'
      | 'CreateView'
      | 'AlterTable'
      | 'AlterView'
      | 'CreateMaterializedTable'
      | 'AlterMaterializedTable';
  }
>;

/** `'key' = 'value'` pairs; of two equal keys the later one counts, as in Flink. */
export function options(properties: readonly Property[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { key, value } of properties) {
    found[key.value] = value?.value ?? '';
  }
  return found;
}

/** Catalogs, databases, functions, models and all DROPs. */
export function bindObjectDdl(statement: Statement, { catalog, jars }: BindContext): CatalogCommand {
  switch (statement.kind) {
    case 'CreateCatalog':
      return {
        kind: 'CreateCatalog',
        catalog: statement.name.name,
        options: options(statement.options),
        ignoreIfExists: statement.ifNotExists,
        ...(statement.comment ? { comment: statement.comment.value } : {}),
      };
    case 'DropCatalog':
      return { kind: 'DropCatalog', catalog: lastPart(statement.name), ifExists: statement.ifExists };
    case 'AlterCatalog':
      return alterCatalog(statement);
    case 'CreateDatabase': {
      const id = databaseName(statement.name, catalog.currentCatalog, 'create');
      return {
        kind: 'CreateDatabase',
        ...id,
        options: options(statement.options),
        ignoreIfExists: statement.ifNotExists,
        ...(statement.comment ? { comment: statement.comment.value } : {}),
      };
    }
    case 'DropDatabase':
      return {
        kind: 'DropDatabase',
        ...databaseName(statement.name, catalog.currentCatalog, 'drop'),
        ifExists: statement.ifExists,
        cascade: statement.behavior === 'CASCADE',
      };
    case 'AlterDatabase':
      return {
        kind: 'AlterDatabase',
        ...databaseName(statement.name, catalog.currentCatalog, 'alter'),
        options: options(statement.options),
      };
    case 'DropTable':
    case 'DropView':
    case 'DropMaterializedTable':
    case 'DropModel':
      return dropObject(statement, catalog.qualify(nameParts(statement.name)));
    case 'CreateFunction':
      return createFunction(statement, catalog.qualify(nameParts(statement.name)), jars);
    case 'AlterFunction':
      return alterFunction(statement, catalog.qualify(nameParts(statement.name)));
    case 'DropFunction': {
      const name = lastPart(statement.name);
      const base = { kind: 'DropFunction', name, ifExists: statement.ifExists } as const;
      return statement.system
        ? { ...base, temporary: true, system: true }
        : {
            ...base,
            temporary: statement.temporary,
            system: false,
            identifier: catalog.qualify(nameParts(statement.name)),
          };
    }
    case 'CreateModel':
      return createModel(statement, catalog.qualify(nameParts(statement.name)));
    case 'AlterModel':
      return alterModel(statement, catalog.qualify(nameParts(statement.name)), { catalog });
  }
}

function lastPart(name: QualifiedName): string {
  return name.parts.at(-1)?.name ?? '';
}

function databaseName(name: QualifiedName, current: string, verb: string): { catalog: string; database: string } {
  const parts = nameParts(name);
  if (parts.length > 2) {
    throw validationError(`${verb} database identifier format error`, 'identifier');
  }
  const database = parts.at(-1) ?? '';
  return { catalog: parts.length === 2 ? (parts[0] as string) : current, database };
}

function alterCatalog({ name, action }: AlterCatalog): CatalogCommand {
  const base = { kind: 'AlterCatalog', catalog: lastPart(name) } as const;
  switch (action.kind) {
    case 'SetOptions':
      return { ...base, set: options(action.options) };
    case 'ResetOptions':
      return { ...base, reset: action.keys.map((key) => key.value) };
    case 'Comment':
      return { ...base, comment: action.comment.value };
    case 'Invalid':
      throw unsupported(action, 'This change of a catalog');
  }
}

function dropObject({ kind, temporary, ifExists }: DropObject, identifier: ObjectIdentifier): CatalogCommand {
  switch (kind) {
    case 'DropModel':
      return { kind: 'DropModel', identifier, temporary, ifExists };
    case 'DropTable':
      return { kind: 'DropObject', object: 'TABLE', identifier, temporary, ifExists };
    case 'DropView':
      return { kind: 'DropObject', object: 'VIEW', identifier, temporary, ifExists };
    case 'DropMaterializedTable':
      return { kind: 'DropObject', object: 'MATERIALIZED TABLE', identifier, temporary, ifExists };
  }
}

function createFunction(
  statement: CreateFunction,
  identifier: ObjectIdentifier,
  jars: BindContext['jars'],
): CatalogCommand {
  const className = statement.className?.value ?? '';
  const language = statement.language === 'PYTHON' || statement.language === 'SCALA' ? statement.language : 'JAVA';
  const fn: ResolvedFunction = {
    name: identifier.name,
    temporary: statement.temporary,
    className,
    language,
    jars: statement.resources.map((resource) => resource.path.value),
    ...(statement.system ? {} : { identifier }),
  };
  // A temporary function is loaded when it is made, a catalog function when it is used.
  if (statement.temporary && fn.jars.length === 0 && !jars?.length && language !== 'PYTHON') {
    throw catalogError('ClassNotFoundException', className, 'class-not-found');
  }
  return { kind: 'CreateFunction', fn, system: statement.system, ignoreIfExists: statement.ifNotExists };
}

function alterFunction(statement: AlterFunction, identifier: ObjectIdentifier): CatalogCommand {
  if (statement.temporary) {
    throw validationError(
      `Alter temporary ${statement.system ? 'system' : 'catalog'} function is not supported`,
      'unsupported',
    );
  }
  const language = statement.language === 'PYTHON' || statement.language === 'SCALA' ? statement.language : 'JAVA';
  const fn: ResolvedFunction = {
    name: identifier.name,
    identifier,
    temporary: false,
    className: statement.className?.value ?? '',
    language,
    jars: [],
  };
  return { kind: 'AlterFunction', fn, ifExists: statement.ifExists };
}

function modelColumns(elements: readonly TableElement[] | undefined, side: string): ResolvedModel['input'] {
  const found: { name: string; type: ReturnType<typeof typeFromSyntax> }[] = [];
  for (const element of elements ?? []) {
    if (element.kind !== 'PhysicalColumn') {
      continue;
    }
    const name = element.name.name;
    if (found.some((column) => column.name === name)) {
      throw validationError(`Duplicate ${side} column name: '${name}'.`, 'duplicate-column');
    }
    found.push({ name, type: typeFromSyntax(element.type) });
  }
  return found;
}

function createModel(statement: CreateModel, identifier: ObjectIdentifier): CatalogCommand {
  const refuse = (message: string) => catalogError('SqlValidateException', message, 'model');
  const has = (elements: readonly TableElement[] | undefined) => elements !== undefined && elements.length > 0;
  if (has(statement.input) && !has(statement.output)) {
    throw refuse('Output column list can not be empty with non-empty input column list.');
  }
  if (!has(statement.input) && has(statement.output)) {
    throw refuse('Input column list can not be empty with non-empty output column list.');
  }
  if (statement.options.length === 0) {
    throw refuse('Model property list can not be empty.');
  }
  const model: ResolvedModel = {
    identifier,
    temporary: statement.temporary,
    input: modelColumns(statement.input, 'input'),
    output: modelColumns(statement.output, 'output'),
    options: options(statement.options),
    ...(statement.comment ? { comment: statement.comment.value } : {}),
  };
  return { kind: 'CreateModel', model, ignoreIfExists: statement.ifNotExists };
}

function alterModel(
  statement: AlterModel,
  identifier: ObjectIdentifier,
  { catalog }: Pick<BindContext, 'catalog'>,
): CatalogCommand {
  const model = catalog.permanentModel(identifier);
  if (!model) {
    if (statement.ifExists) {
      return { kind: 'Nothing' };
    }
    throw validationError(
      `Model ${serializableName(identifier)} doesn't exist or is a temporary model.`,
      'unknown-model',
    );
  }
  const { action } = statement;
  switch (action.kind) {
    case 'Rename':
      return { kind: 'RenameModel', identifier, to: catalog.qualify(nameParts(action.to)) };
    case 'SetOptions':
      return { kind: 'AlterModel', model: { ...model, options: { ...model.options, ...options(action.options) } } };
    case 'ResetOptions': {
      const left = { ...model.options };
      for (const key of action.keys) {
        delete left[key.value];
      }
      return { kind: 'AlterModel', model: { ...model, options: left } };
    }
    case 'Invalid':
      throw unsupported(action, 'This change of a model');
  }
}
