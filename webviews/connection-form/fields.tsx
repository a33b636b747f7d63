import { type ReactNode, useId, useState } from 'react';
import { FieldNotes } from '../shared/field-notes.tsx';
import { t } from '../shared/l10n.ts';

export interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly problem?: string | undefined;
  readonly hint?: string;
  readonly placeholder?: string;
  readonly password?: boolean;
  readonly autoFocus?: boolean;
  /** Opens the editor's own dialog for files. */
  readonly onPick?: () => void;
}

/** A labelled line of text with its hint and its problem. */
export function Field({ label, value, onChange, problem, hint, placeholder, password, autoFocus, onPick }: FieldProps) {
  const id = useId();
  return (
    <div className="mf-field">
      <label htmlFor={id}>{label}</label>
      <div className="mf-row">
        <input
          id={id}
          type={password ? 'password' : 'text'}
          autoComplete="off"
          spellCheck={false}
          value={value}
          placeholder={placeholder}
          // biome-ignore lint/a11y/noAutofocus: a form that was opened to be filled in
          autoFocus={autoFocus}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-more`}
          onChange={(event) => onChange(event.target.value)}
        />
        {onPick && (
          <button type="button" onClick={onPick} aria-label={t('Choose the file for {0}', label)}>
            {t('Browse…')}
          </button>
        )}
      </div>
      <FieldNotes id={`${id}-more`} problem={problem} hint={hint} />
    </div>
  );
}

interface CheckProps {
  readonly label: string;
  readonly hint: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Check({ label, hint, checked, onChange }: CheckProps) {
  const id = useId();
  return (
    <div className="mf-check">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div>
        <label htmlFor={id}>{label}</label>
        <div id={`${id}-hint`} className="mf-hint">
          {hint}
        </div>
      </div>
    </div>
  );
}

interface ChoiceProps<T extends string> {
  readonly legend: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}

/** A choice of a few. */
export function Choice<T extends string>({ legend, value, options, onChange }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mf-legend">{legend}</legend>
      <div className="mf-choice">
        {options.map(([option, label]) => (
          <label key={option}>
            <input type="radio" name={name} checked={value === option} onChange={() => onChange(option)} />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface SectionProps {
  readonly title: string;
  readonly note?: string | undefined;
  /** Whether it is open to begin with, and opens by itself later. */
  readonly open: boolean;
  readonly children: ReactNode;
}

/** A part of the form that most people do not need. */
export function Section({ title, note, open, children }: SectionProps) {
  const [toggled, setToggled] = useState<boolean>();
  return (
    <details open={toggled ?? open} onToggle={(event) => setToggled(event.currentTarget.open)}>
      <summary>
        {title}
        {note && <span>{note}</span>}
      </summary>
      {children}
    </details>
  );
}
