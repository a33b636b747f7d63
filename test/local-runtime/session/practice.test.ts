import { expect, it } from 'vitest';
import type { JobOptions, StartJob } from '../../../local-runtime/job/job-api.ts';
import { startJob } from '../../../local-runtime/job/start-job.ts';
import type { RuntimeEnvironment } from '../../../local-runtime/session/engine.ts';
import { practice } from '../../../local-runtime/session/practice.ts';

function watched(start: StartJob = startJob): { environment: RuntimeEnvironment; jobs: string[]; told: string[] } {
  const jobs: string[] = [];
  const told: string[] = [];
  const environment: RuntimeEnvironment = {
    workingDirectory: '/',
    print: (line) => told.push(line),
    notice: (text) => told.push(text),
    now: Date.now,
    startJob: (plan, options: JobOptions) => {
      const job = start(plan, options);
      void job.done.then(() => jobs.push(job.state));
      return job;
    },
  };
  return { environment, jobs, told };
}

it('runs its jobs to their ends and tells nobody', async () => {
  const { environment, jobs, told } = watched();
  await practice(environment, () => false);
  expect(jobs).toEqual(['FINISHED', 'FINISHED']);
  expect(told).toEqual([]);
});

it('stops before the next statement', async () => {
  const { environment, jobs } = watched();
  await practice(environment, () => jobs.length === 1);
  expect(jobs).toEqual(['FINISHED']);
});

it('says what goes wrong', async () => {
  const { environment } = watched(() => {
    throw new Error('no jobs today');
  });
  await expect(practice(environment, () => false)).rejects.toThrow('no jobs today');
});
