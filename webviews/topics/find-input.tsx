interface FindInputProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Text by which a list is narrowed. */
export function FindInput({ label, value, onChange }: FindInputProps) {
  return (
    <input
      type="text"
      className="mt-input"
      aria-label={label}
      placeholder={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
