/** The names of a function in SQL, in Java and in a Java package. */
export interface Names {
  /** `normalize_name`. */
  readonly sql: string;
  /** `NormalizeName`. */
  readonly className: string;
  /** `normalize-name`: of the folder and the artifact. */
  readonly artifact: string;
}

/** Names of a function from any of its spellings; undefined where none can be made of the text. */
export function functionNames(text: string): Names | undefined {
  if (!/^[A-Za-z][A-Za-z0-9]*(?:[_-]?[A-Za-z0-9]+)*$/.test(text)) return undefined;
  const words = text
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .split(/[_-]/);
  const className = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
  return { sql: words.join('_'), className, artifact: words.join('-') };
}

/** Whether a text is a Java package: lower-case identifiers with dots. */
export const isPackage = (text: string): boolean => /^[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*$/.test(text);
