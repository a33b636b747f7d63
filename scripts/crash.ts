// The long crash test: `npm run test:crash -- [kills] [records] [seed]`. Exits with 1 when anything is lost or doubled.
import { crashKafkaJob } from '../test/harness/crash.ts';
import { launchKafka } from '../test/harness/kafka.ts';

const [kills = 50, records = 1_000_000, seed = 7] = process.argv.slice(2).map(Number);
const note = (text: string) => void process.stdout.write(`${text}\n`);
const kafka = await launchKafka();
try {
  const { fileRows, fileIds, messages, expected, checkpoints } = await crashKafkaJob({
    bootstrap: kafka.bootstrap,
    kills,
    records,
    seed,
    note,
  });
  const isWhole = messages.length === expected.length && messages.every((message, i) => message === expected[i]);
  note(`${kills} kills, ${checkpoints} checkpoints, ${records} records, seed ${seed}`);
  note(`files: ${fileRows} rows, ${fileIds} different; topic: ${messages.length} messages of ${expected.length}`);
  if (!isWhole || fileRows !== records || fileIds !== records) process.exitCode = 1;
  note(process.exitCode === 1 ? 'NOT exactly once' : 'exactly once');
} finally {
  await kafka.stop();
}
