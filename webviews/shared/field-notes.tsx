interface FieldNotesProps {
  /** Named by the field's `aria-describedby`. */
  readonly id: string;
  readonly problem?: string | undefined;
  readonly hint?: string | undefined;
}

/** What stands below a field of a form: what is wrong with it, and what it is. */
export function FieldNotes({ id, problem, hint }: FieldNotesProps) {
  return (
    <div id={id}>
      {problem && (
        <div className="mf-bad" role="alert">
          {problem}
        </div>
      )}
      {hint && <div className="mf-hint">{hint}</div>}
    </div>
  );
}
