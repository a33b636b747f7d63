/** What every node of the tree carries: a discriminant and its half-open range of UTF-16 offsets in the source. */
export interface NodeBase {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** One part of a name. `name` is what the catalog sees: quotes removed, case kept as Flink keeps it. */
export interface Identifier extends NodeBase {
  readonly kind: 'Identifier';
  readonly name: string;
  readonly quoted: boolean;
}

/** `catalog.database.object`; at least one part. A part that is missing in the text is left out (`orders.` has one). */
export interface QualifiedName extends NodeBase {
  readonly kind: 'QualifiedName';
  readonly parts: readonly Identifier[];
}

/** A `'key' = 'value'` pair of WITH, SET, hints and the like. */
export interface Property extends NodeBase {
  readonly kind: 'Property';
  readonly key: StringLiteral;
  /** Left out in `PARTITION (dt)` and while the value is still missing. */
  readonly value?: StringLiteral;
}

/** A character literal. `value` is the text itself: quotes and escapes resolved, continued parts joined. */
export interface StringLiteral extends NodeBase {
  readonly kind: 'StringLiteral';
  readonly value: string;
  /** `_UTF16'x'` gives `UTF16`; `N'x'` gives `ISO-8859-1` as Calcite's default national set; left out without prefix. */
  readonly charset?: string;
  readonly form: 'plain' | 'national' | 'charset' | 'unicode' | 'escape';
}

/** A run of text that no production could use; stands where a node was expected so that the rest stays understood. */
export interface Invalid extends NodeBase {
  readonly kind: 'Invalid';
}

/** One hint inside a hint comment: `NAME`, `NAME(a, b)` or `NAME('k' = 'v')`. */
export interface Hint extends NodeBase {
  readonly kind: 'Hint';
  readonly name: Identifier;
  /** NONE: no parentheses; the options as written: key-value pairs, or plain identifiers, strings and numbers. */
  readonly form: 'none' | 'empty' | 'list' | 'pairs';
  readonly options: readonly HintOption[];
}

export interface HintOption extends NodeBase {
  readonly kind: 'HintOption';
  /** Present in the `pairs` form. */
  readonly key?: string;
  readonly value: string;
}
