import { type ParameterValues, valuesOf } from '../../environments/parameter-values.ts';
import { type Parameter, type ParameterType, parameterFault, readParameters } from '../../environments/parameters.ts';
import type { DeployParameter, Remark } from '../../webviews/deploy/messages.ts';
import { t } from '../../webviews/shared/l10n.ts';

/** Values of parameters by name, as people give them. */
export type Given = Readonly<Record<string, string>>;

/** What the form asks for of a text's parameters. */
export function askedParameters(text: string): DeployParameter[] {
  return readParameters(text).parameters.map(({ name, type, choices, fallback }) => ({
    name,
    type,
    choices: type === 'BOOLEAN' ? ['true', 'false'] : choices,
    fallback: fallback ?? null,
  }));
}

/** Directives that say nothing, with their lines from 1. */
export function parameterRemarks(text: string): Remark[] {
  return readParameters(text).problems.map(({ message, start }) => ({
    line: text.slice(0, start).split('\n').length,
    message,
  }));
}

/** What was chosen in the form: an empty field is as the text says. `problems`: what is wrong, by name. */
export function chosenParameters(
  text: string,
  given: Given,
): { readonly chosen: Given; readonly problems: Readonly<Record<string, string>> } {
  const chosen: Record<string, string> = {};
  const problems: Record<string, string> = {};
  for (const parameter of readParameters(text).parameters) {
    const { name, type, fallback } = parameter;
    const value = given[name] ?? '';
    if (value === '' && (fallback !== undefined || type !== 'STRING')) {
      if (fallback === undefined) problems[name] = t('The text says no value for it');
      continue;
    }
    chosen[name] = value;
    const fault = parameterFault(parameter, value);
    if (fault !== undefined) problems[name] = fault;
  }
  return { chosen, problems };
}

/** Values with which the text can be read before all are given; nothing is run with them. */
export function valuesForReading(text: string, given: Given): ParameterValues {
  const { parameters } = readParameters(text);
  const fitting = parameters.filter(
    (each) => given[each.name] && parameterFault(each, given[each.name] ?? '') === undefined,
  );
  const chosen = Object.fromEntries(fitting.map(({ name }) => [name, given[name] ?? '']));
  return valuesOf(
    parameters.map((each) => ({ ...each, fallback: each.fallback ?? standIn(each) })),
    chosen,
  );
}

const STAND_INS: Readonly<Partial<Record<ParameterType, string>>> = {
  STRING: '',
  BOOLEAN: 'true',
  DATE: '2000-01-01',
  TIME: '00:00:00',
  TIMESTAMP: '2000-01-01 00:00:00',
};

function standIn({ type, choices }: Parameter): string {
  return choices[0] ?? STAND_INS[type] ?? '0';
}
