import { useId } from 'react';
import { FieldNotes } from '../shared/field-notes.tsx';

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
  readonly hint?: string | undefined;
  readonly problem?: string | undefined;
}

/** One of a list of values. */
export function Select({ label, value, options, onChange, hint, problem }: SelectProps) {
  const id = useId();
  return (
    <div className="mf-field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-more`}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
      <FieldNotes id={`${id}-more`} problem={problem} hint={hint} />
    </div>
  );
}
