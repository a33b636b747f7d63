import type { CatalogStore } from '../../catalog/store.ts';
import type { Identifier, QualifiedName } from '../../syntax/ast.ts';
import { validatorError } from './context.ts';

/** Parts of a name as the catalog sees them. */
export function nameParts(name: QualifiedName | { readonly parts: readonly Identifier[] }): string[] {
  return name.parts.map((part) => part.name);
}

/**
 * Calcite's words for a table that is not there: which part was not found, within what, and the name that differs only in case.
 * `parts` is the name that was looked up. Calcite looks below the current database, then the current catalog, then the root.
 */
export function objectNotFound(name: QualifiedName, parts: readonly string[], catalog: CatalogStore): Error {
  const roots = [[catalog.currentCatalog, catalog.currentDatabase], [catalog.currentCatalog], []];
  for (const root of roots) {
    const found = similar(root, parts, catalog);
    if (found) {
      return validatorError(name, found, 'unknown-table');
    }
  }
  for (const root of roots) {
    const known = knownPrefix(root, parts, catalog);
    if (known > 0) {
      const path = [...root, ...parts.slice(0, known)].join('.');
      return validatorError(name, `Object '${parts[known]}' not found within '${path}'`, 'unknown-table');
    }
  }
  return validatorError(name, `Object '${parts[0]}' not found`, 'unknown-table');
}

function children(path: readonly string[], catalog: CatalogStore): string[] {
  if (path.length === 0) {
    return catalog.catalogNames();
  }
  if (path.length === 1) {
    return catalog.databaseNames(path[0] as string);
  }
  if (path.length === 2) {
    return catalog.objects(path[0] as string, path[1] as string).map((object) => object.identifier.name);
  }
  return [];
}

function knownPrefix(root: readonly string[], parts: readonly string[], catalog: CatalogStore): number {
  let path = [...root];
  let known = 0;
  for (const part of parts.slice(0, -1)) {
    if (!children(path, catalog).includes(part)) {
      break;
    }
    path = [...path, part];
    known++;
  }
  return known;
}

function similar(root: readonly string[], parts: readonly string[], catalog: CatalogStore): string | undefined {
  let path = [...root];
  for (const part of parts) {
    const names = children(path, catalog);
    if (names.includes(part)) {
      path = [...path, part];
      continue;
    }
    const other = names.find((name) => name.toLowerCase() === part.toLowerCase());
    if (other === undefined) {
      return undefined;
    }
    const within = path.length > 0 ? ` within '${path.join('.')}'` : '';
    return `Object '${part}' not found${within}; did you mean '${other}'?`;
  }
  return undefined;
}
