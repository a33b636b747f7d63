import type { FunctionDefinition } from '../../functions/catalogue.ts';
import type { CallTypes, Signature } from '../../functions/define.ts';
import { matchers } from '../../functions/matchers.ts';
import type { Rex } from '../../plan/rex.ts';
import { familyName } from '../../types/calcite-digest.ts';
import { supportsImplicitCast } from '../../types/casts.ts';
import { findCommonType, leastRestrictive } from '../../types/common-type.ts';
import { withoutTimeAttribute } from '../../types/compare.ts';
import { isInteger } from '../../types/families.ts';
import { type LogicalType, types, withNullability } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import { type Binder, castTo, illegalNull, isNullLiteral, nullOf, promoteTo } from './binder.ts';
import { invalid, type Place, refused } from './errors.ts';
import { cannotApply, shown } from './operators.ts';

/** The types of operands as result rules see them. */
export const callTypes = (operands: readonly Rex[]): CallTypes => ({
  types: operands.map((operand) => operand.type),
  literal: (i) => {
    let operand = operands[i];
    while (operand?.kind === 'Call' && operand.fn === 'CAST' && isInteger(operand.type)) operand = operand.operands[0];
    return operand?.kind === 'Literal' ? operand.value : undefined;
  },
});

export const noMatch = (place: Place, name: string, operands: readonly Rex[], supported = '') =>
  invalid(
    place,
    'unknown-function',
    `No match found for function signature ${name}(${operands.map(({ type }) => `<${familyName(type)}>`).join(', ')})${supported}`,
  );

type Arity = readonly [min: number, max: number];
const arities = new WeakMap<Signature, Arity>();

const arity = (signature: Signature): Arity => {
  const known = arities.get(signature);
  if (known) return known;
  const counted = countParameters(signature);
  arities.set(signature, counted);
  return counted;
};

const countParameters = ({ parameters }: Signature): Arity => {
  const required = parameters.filter((parameter) => !parameter.optional && !parameter.variadic).length;
  const last = parameters.at(-1);
  if (!last?.variadic) return [required, parameters.length];
  // A variadic parameter of Calcite's takes at least one argument, Flink's may be empty after others.
  return [parameters.length === 1 ? 1 : required, Number.POSITIVE_INFINITY];
};

const accepts = (signature: Signature, count: number): boolean => {
  const [min, max] = arity(signature);
  return count >= min && count <= max;
};

const parameterAt = (signature: Signature, i: number) =>
  signature.parameters[Math.min(i, signature.parameters.length - 1)] as Signature['parameters'][number];

const matches = (signature: Signature, operands: readonly Rex[]): boolean =>
  operands.every((operand, i) => {
    const parameter = parameterAt(signature, i);
    if (isNullLiteral(operand)) return true;
    if (parameter.family === 'ARRAY ELEMENT') {
      const array = operands[0]?.type;
      return (
        array?.root === 'ARRAY' &&
        supportsImplicitCast(withNullability(operand.type, true), withNullability(array.element, true))
      );
    }
    return matchers[parameter.family]?.(operand.type) ?? true;
  });

/** Checks the operands against the function's signatures and casts them to what it takes. */
export function coerceOperands(
  definition: FunctionDefinition,
  name: string,
  operands: readonly Rex[],
  place: Place,
  binder: Binder,
): readonly Rex[] {
  return definition.style === 'calcite'
    ? coerceCalcite(definition, operands, place, binder)
    : coerceFlink(definition, name, operands, place, binder);
}

function coerceCalcite(
  definition: FunctionDefinition,
  operands: readonly Rex[],
  place: Place,
  binder: Binder,
): readonly Rex[] {
  const name = definition.names[0] ?? definition.id;
  refuseBareNull(operands, place, binder);
  checkCount(definition, name, operands.length, place);
  const signature = definition.signatures.find((s) => accepts(s, operands.length) && matches(s, operands));
  if (!signature) throw calciteRefusal(definition, name, operands, place);
  return finish(definition, signature, operands);
}

export function checkCount(definition: FunctionDefinition, name: string, count: number, place: Place): void {
  if (definition.signatures.some((signature) => accepts(signature, count))) return;
  const least = Math.min(...definition.signatures.map((signature) => Math.max(arity(signature)[0], 0)));
  const message = `Invalid number of arguments to function '${name}'. Was expecting ${least} arguments`;
  throw invalid(place, 'argument-count', message);
}

export function calciteRefusal(definition: FunctionDefinition, name: string, operands: readonly Rex[], place: Place) {
  const usage = `${name}(${operands.map((operand) => shown(operand.type)).join(', ')})`;
  const forms =
    definition.forms ??
    definition.signatures.map(
      ({ parameters }) => `'${name}(${parameters.map((parameter) => `<${parameter.family}>`).join(', ')})'`,
    );
  return cannotApply(place, name, usage, forms.join('\n'));
}

function coerceFlink(
  definition: FunctionDefinition,
  name: string,
  operands: readonly Rex[],
  place: Place,
  binder: Binder,
): readonly Rex[] {
  const shapes = definition.signatures.filter((signature) => accepts(signature, operands.length));
  if (shapes.length === 0) {
    refuseBareNull(operands, place, binder);
    const supported = definition.signatures.map(
      (signature) => `\n${flinkForm(definition.names[0] ?? name, signature)}`,
    );
    const forms = definition.forms?.length === 0 ? '' : `.\nSupported signatures are:${supported.join('')}`;
    // The parser calls TRANSLATE by the name of its variant with three arguments.
    throw noMatch(place, definition.id === 'TRANSLATE' ? 'TRANSLATE3' : name, operands, forms);
  }
  const own = definition.refuse?.(callTypes(operands));
  if (own !== undefined) {
    refuseBareNull(operands, place, binder);
    throw refused(place, 'bad-arguments', own.replace('%s', asSummaryString(operands[0]?.type ?? types.null())));
  }
  const untyped = operands.find(
    (operand, i) => isNullLiteral(operand) && !isTypable(parameterAt(shapes[0] as Signature, i).family, operands),
  );
  if (untyped) throw illegalNull(binder.context.origins.get(untyped) ?? place);
  const signature = shapes.find((candidate) => matches(candidate, operands));
  if (!signature) {
    refuseBareNull(operands, place, binder);
    throw flinkRefusal(definition, shapes, operands, place);
  }
  return finish(definition, signature, operands);
}

function refuseBareNull(operands: readonly Rex[], place: Place, binder: Binder): void {
  const bare = operands.find(isNullLiteral);
  if (bare) throw illegalNull(binder.context.origins.get(bare) ?? place);
}

const isTypable = (family: string, operands: readonly Rex[]): boolean =>
  (family !== 'COMMON' && family !== 'ARRAY' && family !== 'MAP') ||
  (family === 'COMMON' && !operands.every(isNullLiteral));

/** One form: the argument's own words; several: Flink only says that nothing fits. */
function flinkRefusal(
  definition: FunctionDefinition,
  shapes: readonly Signature[],
  operands: readonly Rex[],
  place: Place,
) {
  const [only] = shapes;
  if (definition.signatures.length === 1 && only) {
    const at = operands.findIndex(
      (operand, i) => !isNullLiteral(operand) && !(matchers[parameterAt(only, i).family]?.(operand.type) ?? true),
    );
    const family = at < 0 ? undefined : parameterAt(only, at).family;
    if (family === 'CHARACTER_STRING' || family === 'JSON_VALUE') {
      const message = `Unsupported argument type. Expected type of family 'CHARACTER_STRING' but actual type was '${asSummaryString((operands[at] as Rex).type)}'.`;
      return refused(place, 'bad-arguments', message);
    }
  }
  return refused(place, 'bad-arguments', 'Invalid input arguments.');
}

function flinkForm(name: string, { parameters }: Signature): string {
  const texts = parameters.map((parameter) => {
    const type = parameter.family.startsWith('ARRAY<STRING') ? parameter.family : `<${parameter.family}>`;
    return `${parameter.name ? `${parameter.name} ` : ''}${type}${parameter.variadic ? '...' : ''}`;
  });
  return `${name}(${texts.join(', ')})`;
}

/** Casts operands to declared or common types; bare NULLs take the type of their neighbours. */
function finish(definition: FunctionDefinition, signature: Signature, operands: readonly Rex[]): readonly Rex[] {
  let result = operands.map((operand, i) => {
    const { cast, family } = parameterAt(signature, i);
    if (cast) return promoteTo(operand, cast);
    if (family === 'ARRAY ELEMENT') {
      const array = operands[0]?.type;
      return array?.root === 'ARRAY' ? castTo(operand, array.element) : operand;
    }
    if (isNullLiteral(operand) && family === 'CHARACTER_STRING') return nullOf(types.varchar(1));
    return operand;
  });
  const from = definition.commonFrom;
  if (from !== undefined) {
    const rule = definition.style === 'flink' ? findCommonType : leastRestrictive;
    const common: LogicalType | undefined = rule(result.slice(from).map((operand) => operand.type));
    if (common) {
      const clean = withoutTimeAttribute(common);
      const implicit = definition.style === 'flink';
      result = result.map((operand, i) => {
        const cast = i < from ? operand : castTo(operand, clean);
        // Functions of Flink's own cast in their generated code.
        return implicit && cast !== operand && cast.kind === 'Call' ? { ...cast, implicit: true } : cast;
      });
    }
  }
  return result;
}
