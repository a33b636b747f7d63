import { t } from '../shared/l10n.ts';
import { count } from './format.ts';
import type { JobLagView } from './messages.ts';

interface JobsReadingProps {
  readonly jobs: readonly JobLagView[];
  readonly onOpen: (job: string) => void;
}

/** The jobs that read a topic, with a group or without, and how far they are behind in each partition. */
export function JobsReading({ jobs, onOpen }: JobsReadingProps) {
  if (jobs.length === 0) return null;
  return (
    <section className="mt-section">
      <h2>{t('Jobs, by what their sources measure')}</h2>
      <table className="mt-table" data-testid="jobs-reading">
        <thead>
          <tr>
            <th scope="col">{t('Job')}</th>
            <th scope="col" className="mt-number">
              {t('Partition')}
            </th>
            <th scope="col" className="mt-number">
              {t('Reads next')}
            </th>
            <th scope="col" className="mt-number">
              {t('End')}
            </th>
            <th scope="col" className="mt-number">
              {t('Lag')}
            </th>
          </tr>
        </thead>
        {jobs.map((job) => (
          <tbody key={job.id}>
            <tr>
              <td>
                <button type="button" className="mt-link" onClick={() => onOpen(job.id)}>
                  {job.name}
                </button>
              </td>
              <td className="mt-number">{t('all')}</td>
              <td />
              <td />
              <td className="mt-number">{job.lag === null ? '–' : count(job.lag)}</td>
            </tr>
            {job.partitions.map(({ partition, next, end, lag }) => (
              <tr key={partition}>
                <td />
                <td className="mt-number">{partition}</td>
                <td className="mt-number">{next === null ? t('nothing yet') : count(next)}</td>
                <td className="mt-number">{end === null ? '–' : count(end)}</td>
                <td className="mt-number">{lag === null ? '–' : count(lag)}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </section>
  );
}
