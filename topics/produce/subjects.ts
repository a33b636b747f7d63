/** How a serializer of a registry names the subject of a schema. */
export type SubjectStrategy = 'TopicName' | 'RecordName' | 'TopicRecordName';

/** The subject that serializers look a schema up by; `record` is the full name of the record or message, which two strategies need. */
export function subjectOf(strategy: SubjectStrategy, topic: string, part: 'key' | 'value', record?: string): string {
  if (strategy === 'TopicName') return `${topic}-${part}`;
  if (record === undefined || record === '') throw new Error(`The strategy ${strategy} needs the name of a record`);
  return strategy === 'RecordName' ? record : `${topic}-${record}`;
}

/** The subjects of a topic's keys or values among all that a registry has: by all strategies, those of its own name first. */
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
  const own = new Set(subjects);
  const found = wanted.filter((subject) => own.has(subject));
  const other = part === 'key' ? `${topic}-value` : `${topic}-key`;
  // Of topic and record, whatever the record is called: names of records have a letter first.
  const prefix = `${topic}-`;
  for (const subject of subjects)
    if (
      subject !== other &&
      subject.startsWith(prefix) &&
      /^[A-Za-z_][\w.]*$/.test(subject.slice(prefix.length)) &&
      !found.includes(subject)
    )
      found.push(subject);
  return found;
}
