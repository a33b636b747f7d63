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
      <h2>Jobs, by what their sources measure</h2>
      <table className="mt-table" data-testid="jobs-reading">
        <thead>
          <tr>
            <th scope="col">Job</th>
            <th scope="col" className="mt-number">
              Partition
            </th>
            <th scope="col" className="mt-number">
              Reads next
            </th>
            <th scope="col" className="mt-number">
              End
            </th>
            <th scope="col" className="mt-number">
              Lag
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
              <td className="mt-number">all</td>
              <td />
              <td />
              <td className="mt-number">{job.lag === null ? '–' : count(job.lag)}</td>
            </tr>
            {job.partitions.map(({ partition, next, end, lag }) => (
              <tr key={partition}>
                <td />
                <td className="mt-number">{partition}</td>
                <td className="mt-number">{next === null ? 'nothing yet' : count(next)}</td>
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
