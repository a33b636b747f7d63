import { isName, quoted } from './names.ts';
import type { Shape, TimeStyle } from './shape.ts';

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields of a JSON Schema's object; times are what samples show, for a schema does not say how they are written. */
export function jsonSchemaFields(
  text: string,
  shape: Shape | undefined,
  style: TimeStyle,
): { readonly name: string; readonly type: string }[] | undefined {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    // A broken schema tells nothing: samples do.
    return undefined;
  }
  if (!isRecord(root)) return undefined;
  const schema = resolved(root, root);
  if (!isRecord(schema.properties)) return undefined;
  const named = Object.entries(schema.properties).filter(([name]) => isName(name));
  return named.map(([name, property]) => ({
    name,
    type: typeOf(property, root, shape?.fields.get(name), style, 0),
  }));
}

function resolved(schema: Json, root: Json): Json {
  let at = schema;
  for (let hops = 0; hops < 20; hops++) {
    const branches = (at.oneOf ?? at.anyOf) as readonly unknown[] | undefined;
    const rest = branches?.filter((branch) => isRecord(branch) && branch.type !== 'null');
    if (rest?.length === 1 && isRecord(rest[0])) at = rest[0];
    else if (typeof at.$ref === 'string') {
      const target = at.$ref
        .replace(/^#\/?/, '')
        .split('/')
        .filter(Boolean)
        .reduce<unknown>((found, step) => (isRecord(found) ? found[decodeURIComponent(step)] : undefined), root);
      if (!isRecord(target)) return {};
      at = target;
    } else return at;
  }
  return {};
}

function typeOf(given: unknown, root: Json, shape: Shape | undefined, style: TimeStyle, depth: number): string {
  if (!isRecord(given) || depth > 20) return 'STRING';
  const schema = resolved(given, root);
  const kinds = [schema.type].flat().filter((kind) => kind !== 'null');
  if (kinds.length !== 1) return shape && kinds.length === 0 ? shape.type(style) : 'STRING';
  switch (kinds[0]) {
    case 'boolean':
      return 'BOOLEAN';
    case 'integer':
      return 'BIGINT';
    case 'number':
      return 'DOUBLE';
    case 'array':
      return `ARRAY<${typeOf(schema.items, root, undefined, style, depth + 1)}>`;
    case 'object': {
      const { properties, additionalProperties } = schema;
      if (!isRecord(properties) || Object.keys(properties).length === 0) {
        const value = isRecord(additionalProperties)
          ? typeOf(additionalProperties, root, undefined, style, depth + 1)
          : 'STRING';
        return `MAP<STRING, ${value}>`;
      }
      const named = Object.entries(properties).filter(([name]) => isName(name));
      if (named.length === 0) return 'MAP<STRING, STRING>';
      const fields = named.map(
        ([name, property]) => `${quoted(name)} ${typeOf(property, root, shape?.fields.get(name), style, depth + 1)}`,
      );
      return `ROW<${fields.join(', ')}>`;
    }
    default:
      return shape && shape.count > shape.nulls ? shape.type(style) : 'STRING';
  }
}
