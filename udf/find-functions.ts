import { ACCESS, type Annotation, type AnnotationValue, type ClassFile, type Method } from './class-file.ts';
import { type JavaType, methodTypes, sqlType, superType } from './java-types.ts';

export type FunctionKind =
  | 'scalar'
  | 'async-scalar'
  | 'table'
  | 'async-table'
  | 'aggregate'
  | 'table-aggregate'
  | 'process-table';

export interface FoundFunction {
  readonly className: string;
  readonly kind: FunctionKind;
  readonly signatures: readonly Signature[];
  /** Why CREATE FUNCTION would refuse the class (UserDefinedFunctionHelper.validateClass). */
  readonly obstacle: string | undefined;
}

/** The types a function takes and gives, as SQL writes them. */
export interface Signature {
  readonly parameters: readonly string[];
  readonly result: string;
}

const FLINK = 'org.apache.flink.table.functions.';
const HINTS = 'org.apache.flink.table.annotation.';

/** Flink's base classes, with the method that is called and what stands before the arguments of SQL. */
const BASES: ReadonlyMap<string, { readonly kind: FunctionKind; readonly method: string; readonly leading: number }> =
  new Map([
    [`${FLINK}ScalarFunction`, { kind: 'scalar', method: 'eval', leading: 0 }],
    [`${FLINK}AsyncScalarFunction`, { kind: 'async-scalar', method: 'eval', leading: 1 }],
    [`${FLINK}TableFunction`, { kind: 'table', method: 'eval', leading: 0 }],
    [`${FLINK}AsyncTableFunction`, { kind: 'async-table', method: 'eval', leading: 1 }],
    [`${FLINK}AggregateFunction`, { kind: 'aggregate', method: 'accumulate', leading: 1 }],
    [`${FLINK}TableAggregateFunction`, { kind: 'table-aggregate', method: 'accumulate', leading: 1 }],
    [`${FLINK}ProcessTableFunction`, { kind: 'process-table', method: 'eval', leading: 0 }],
  ]);

/**
 * The user-defined functions among some classes, by name; abstract ones are left out. A class is found through any number of classes
 * between it and Flink's, as long as these are given, too.
 */
export function findFunctions(classes: readonly ClassFile[]): FoundFunction[] {
  const byName = new Map(classes.map((one) => [one.name, one]));
  const found: FoundFunction[] = [];
  for (const one of classes) {
    if (one.access & (ACCESS.abstract | ACCESS.interface)) continue;
    const chain = [...ancestors(one, byName)];
    const base = BASES.get(chain.at(-1)?.superName ?? '');
    if (!base) continue;
    const { kind, method, leading } = base;
    const result = typeArgument(chain);
    const methods = chain
      .flatMap(({ methods }) => methods)
      .filter(({ name, access }) => name === method && access & ACCESS.public && !(access & ACCESS.synthetic));
    const ofHints = hints(one.annotations).map((hint) => hinted(hint, [], result ? sqlType(result) : '?'));
    const signatures = methods.flatMap((each) => signaturesOf(each, kind, leading, result, one));
    const obstacle = obstacleOf(one, methods.length === 0 ? method : undefined);
    // A class that says both what it takes and gives says all of its signatures.
    const complete = hints(one.annotations).some((hint) => hint.values.has('input') || hint.values.has('arguments'));
    found.push({ className: one.name, kind, signatures: unique(complete ? ofHints : signatures), obstacle });
  }
  return found.sort((a, b) => (a.className < b.className ? -1 : 1));
}

function* ancestors(one: ClassFile, byName: ReadonlyMap<string, ClassFile>): Generator<ClassFile> {
  const seen = new Set<string>();
  for (let at: ClassFile | undefined = one; at && !seen.has(at.name); at = byName.get(at.superName ?? '')) {
    seen.add(at.name);
    yield at;
  }
}

/** The T of `extends TableFunction<T>`, where a class of the chain says it. */
function typeArgument(chain: readonly ClassFile[]): JavaType | undefined {
  for (const { signature, superName } of chain) {
    if (signature === undefined) continue;
    const [first] = superType(signature).args;
    if (first && (first.name.includes('.') || first.dimensions > 0)) return first;
    if (BASES.has(superName ?? '')) return first;
  }
  return undefined;
}

function signaturesOf(
  method: Method,
  kind: FunctionKind,
  leading: number,
  ofClass: JavaType | undefined,
  owner: ClassFile,
): Signature[] {
  const types = methodTypes(method.signature ?? method.descriptor);
  const declared = kind === 'scalar' ? types.result : kind.startsWith('async') ? future(types.parameters[0]) : ofClass;
  const onClass =
    hints(owner.annotations).map((hint) => dataType(hint.values.get('output')))[0] ??
    dataType(owner.annotations.find(({ type }) => type === `${HINTS}DataTypeHint`));
  const result =
    dataType(method.annotations.find(({ type }) => type === `${HINTS}DataTypeHint`)) ??
    onClass ??
    (declared ? sqlType(declared) : '?');
  const sql = types.parameters.slice(leading).flatMap((type, i) => parameterType(type, method, i + leading));
  const ofMethod = hints(method.annotations);
  return ofMethod.length > 0 ? ofMethod.map((hint) => hinted(hint, sql, result)) : [{ parameters: sql, result }];
}

/** What SQL gives for a parameter: nothing for the context and state of a process table function. */
function parameterType(type: JavaType, method: Method, index: number): string[] {
  const annotations = method.parameterAnnotations[index] ?? [];
  const has = (name: string): Annotation | undefined =>
    annotations.find(({ type: each }) => each === `${HINTS}${name}`);
  if (type.name === `${FLINK}ProcessTableFunction$Context` || has('StateHint')) return [];
  const argument = has('ArgumentHint');
  const traits = argument?.values.get('value');
  if (Array.isArray(traits) && traits.some((trait) => String(trait).endsWith('_SEMANTIC_TABLE'))) return ['TABLE'];
  return [dataType(has('DataTypeHint')) ?? dataType(argument?.values.get('type')) ?? sqlType(type)];
}

const future = (type: JavaType | undefined): JavaType | undefined => {
  const [inner] = type?.args ?? [];
  return inner?.name === 'java.util.Collection' ? inner.args[0] : inner;
};

/** FunctionHints, one or several. */
function hints(annotations: readonly Annotation[]): Annotation[] {
  return annotations.flatMap(({ type, values }) => {
    if (type === `${HINTS}FunctionHint`) return [{ type, values }];
    const all = type === `${HINTS}FunctionHints` ? values.get('value') : undefined;
    return Array.isArray(all) ? all.filter(isAnnotation) : [];
  });
}

function hinted(hint: Annotation, parameters: readonly string[], result: string): Signature {
  const input = hint.values.get('input');
  const args = hint.values.get('arguments');
  const types = Array.isArray(input)
    ? input.map(dataType)
    : Array.isArray(args)
      ? args.map((argument) => (isAnnotation(argument) ? dataType(argument.values.get('type')) : undefined))
      : parameters;
  return { parameters: types.map((type) => type ?? '?'), result: dataType(hint.values.get('output')) ?? result };
}

const isAnnotation = (value: AnnotationValue | undefined): value is Annotation =>
  typeof value === 'object' && !Array.isArray(value);

/** What a DataTypeHint says in words. */
function dataType(value: AnnotationValue | undefined): string | undefined {
  const text = isAnnotation(value) ? value.values.get('value') : undefined;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

function obstacleOf(one: ClassFile, missingMethod: string | undefined): string | undefined {
  if (!(one.access & ACCESS.public)) return 'the class is not public';
  const create = one.methods.find(({ name, descriptor }) => name === '<init>' && descriptor === '()V');
  if (!create || !(create.access & ACCESS.public)) return 'it has no public constructor without parameters';
  return missingMethod === undefined ? undefined : `it has no public method ${missingMethod}`;
}

function unique(signatures: readonly Signature[]): Signature[] {
  return [...new Map(signatures.map((one) => [JSON.stringify(one), one])).values()];
}
