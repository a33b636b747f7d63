/** How a serializer of a registry names the subject of a schema. */
export type SubjectStrategy = 'TopicName' | 'RecordName' | 'TopicRecordName';

/** The subject that serializers look a schema up by; `record` is the full name of the record or message, which two strategies need. */
export function subjectOf(strategy: SubjectStrategy, topic: string, part: 'key' | 'value', record?: string): string {
  if (strategy === 'TopicName') return `${topic}-${part}`;
  if (record === undefined || record === '') throw new Error(`The strategy ${strategy} needs the name of a record`);
  return strategy === 'RecordName' ? record : `${topic}-${record}`;
}

/** The name of a subject without its context: `orders-value` of `:.staging:orders-value`. */
const withoutContext = (subject: string): string => /^:\.[^:]*:(.*)$/.exec(subject)?.[1] ?? subject;

/**
 * The subjects of a topic's keys or values among all that a registry has: by all strategies, those of its own name first, and those of
 * the registry's own context before those of others (`:.staging:orders-value`).
 */
export function subjectsFor(
  topic: string,
  part: 'key' | 'value',
  subjects: readonly string[],
  records: readonly string[] = [],
): string[] {
  const wanted = [
    subjectOf('TopicName', topic, part),
    ...records.flatMap((record) => [
      subjectOf('TopicRecordName', topic, part, record),
      subjectOf('RecordName', topic, part, record),
    ]),
  ];
  const ordered = subjects.toSorted((a, b) => Number(a.startsWith(':')) - Number(b.startsWith(':')));
  const found = wanted.flatMap((name) => ordered.filter((subject) => withoutContext(subject) === name));
  const other = part === 'key' ? `${topic}-value` : `${topic}-key`;
  // Of topic and record, whatever the record is called: names of records have a letter first.
  const prefix = `${topic}-`;
  for (const subject of ordered) {
    const name = withoutContext(subject);
    if (
      name !== other &&
      name.startsWith(prefix) &&
      /^[A-Za-z_][\w.]*$/.test(name.slice(prefix.length)) &&
      !found.includes(subject)
    )
      found.push(subject);
  }
  return found;
}
