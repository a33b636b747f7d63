import { Field } from '../connection-form/fields.tsx';
import { t } from '../shared/l10n.ts';
import type { DeployParameter } from './messages.ts';
import { Select } from './select.tsx';

interface ParametersProps {
  readonly parameters: readonly DeployParameter[];
  readonly values: Readonly<Record<string, string>>;
  readonly faults: Readonly<Record<string, string>>;
  readonly onChange: (values: Readonly<Record<string, string>>) => void;
}

/** The text's parameters; what is left empty is as the text says. */
export function Parameters({ parameters, values, faults, onChange }: ParametersProps) {
  if (parameters.length === 0) return null;
  return (
    <fieldset data-testid="deploy-parameters">
      <legend className="mf-legend">{t('Parameters')}</legend>
      <div className="mf-two">
        {parameters.map(({ name, type, choices, fallback }) => {
          const given = {
            label: name,
            value: values[name] ?? '',
            problem: faults[name],
            onChange: (value: string) => onChange({ ...values, [name]: value }),
          };
          const asIs = fallback === null ? t('choose one') : t('{0}, as the text says', fallback);
          return choices.length > 0 ? (
            <Select
              key={name}
              {...given}
              hint={type}
              options={[['', asIs], ...choices.map((choice) => [choice, choice] as const)]}
            />
          ) : (
            <Field key={name} {...given} hint={type} placeholder={fallback === null ? '' : asIs} />
          );
        })}
      </div>
    </fieldset>
  );
}
