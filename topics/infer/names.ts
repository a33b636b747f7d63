import { isReserved } from '../../flink-sql/syntax/index.ts';

/** A name as SQL has it: quoted where it must be. */
export const quoted = (name: string): string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !isReserved(name) ? name : `\`${name.replaceAll('`', '``')}\``;

/** Can SQL name it? Quoted names are not empty, stand in one line, and have at most 128 characters. */
export const isName = (name: string): boolean => /^[^\r\n]{1,128}$/.test(name);

/** A text as a literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A topic's name as an identifier that needs no quotes. */
export function tableNameOf(topic: string): string {
  const plain = topic.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^_+|_+$/g, '');
  return plain === '' || /^\d/.test(plain) ? `topic_${plain}` : plain;
}
