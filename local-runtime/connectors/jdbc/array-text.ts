import { FlinkFault } from '../../errors.ts';

/** The elements of a Postgres array as text: `{1,NULL,"a \"b\""}`. One dimension; of more, Flink's converter fails too. */
export function parseArrayText(text: string): (string | null)[] {
  const start = text.indexOf('{');
  const elements: (string | null)[] = [];
  let at = start + 1;
  while (at < text.length && text[at] !== '}') {
    if (text[at] === '{')
      throw new FlinkFault(
        'ClassCastException',
        'An array of more than one dimension cannot be cast to class java.sql.Array',
      );
    if (text[at] === '"') {
      let element = '';
      for (at++; text[at] !== '"' && at < text.length; at++) {
        if (text[at] === '\\') at++;
        element += text[at];
      }
      at++;
      elements.push(element);
    } else {
      let end = at;
      while (end < text.length && text[end] !== ',' && text[end] !== '}') end++;
      const element = text.slice(at, end);
      elements.push(element.toUpperCase() === 'NULL' ? null : element);
      at = end;
    }
    if (text[at] === ',') at++;
  }
  return elements;
}
