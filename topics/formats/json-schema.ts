import { type JsonValue, plainJson } from '../json.ts';
import { Ajv, Ajv2019, Ajv2020 } from './library.ts';
import type { ValueProblem } from './problem.ts';

/**
 * Checks values against a JSON Schema, of the draft that it names (draft 7 where none is). `references`: schemas that it refers to by
 * these names. Throws an Error for a schema that is none.
 */
export function jsonSchemaChecker(
  text: string,
  references: readonly { readonly name: string; readonly text: string }[] = [],
): (value: JsonValue) => ValueProblem[] {
  const schema = JSON.parse(text) as Record<string, unknown> | boolean;
  const draft = typeof schema === 'object' && typeof schema.$schema === 'string' ? schema.$schema : '';
  const Checker = draft.includes('2020-12') ? Ajv2020 : draft.includes('2019-09') ? Ajv2019 : Ajv;
  // Formats and unknown words are annotations; an older draft's own schema is not at hand.
  const ajv = new Checker({ allErrors: true, strict: false, validateFormats: false, validateSchema: false });
  for (const { name, text: referred } of references) ajv.addSchema(JSON.parse(referred) as object, name);
  const { $schema: _draft, ...rest } = typeof schema === 'object' ? schema : {};
  const validate = ajv.compile(typeof schema === 'object' ? rest : schema);
  return (value) => {
    if (validate(plainJson(value))) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => ({
      path: instancePath
        .split('/')
        .slice(1)
        .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
        .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
        .join(''),
      message: said(message ?? 'it does not fit the schema', params as Readonly<Record<string, unknown>>),
    }));
  };
}

function said(message: string, params: Readonly<Record<string, unknown>>): string {
  if (Array.isArray(params.allowedValues)) return `${message}: ${params.allowedValues.join(', ')}`;
  return typeof params.additionalProperty === 'string' ? `${message}: ${params.additionalProperty}` : message;
}
