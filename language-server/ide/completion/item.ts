// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of the editor’s snippets
/** Something that can be written at the cursor. */
export interface CompletionItem {
  readonly label: string;
  readonly kind:
    | 'keyword'
    | 'table'
    | 'view'
    | 'column'
    | 'function'
    | 'cte'
    | 'option'
    | 'value'
    | 'snippet'
    | 'catalog'
    | 'database'
    | 'condition'
    | 'hint'
    | 'type';
  readonly detail?: string;
  readonly documentation?: string;
  /** Text to insert when it is not the label; with `$0`, `$1` or `${1:…}` it is a snippet. */
  readonly insert?: string;
  /** What the insertion takes the place of, where that is not the word at the cursor. */
  readonly replace?: { readonly start: number; readonly end: number };
  /** Sorts by group: what fits best comes first. */
  readonly rank: number;
}

/** A name as it can be written: back quotes where the grammar wants them. */
export { written } from '../names.ts';

export const isSnippet = (insert: string): boolean => /(?<!\\)\$(\d|\{)/.test(insert);

/** Text that stands for itself in a snippet. */
export const plain = (text: string): string => text.replace(/[\\$}]/g, '\\$&');
