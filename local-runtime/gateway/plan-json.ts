import type { Job, JobMetrics } from '../job/job-api.ts';

type Named = Pick<JobMetrics['operators'][number], 'id' | 'name'>;

/** `/jobs/:jobid/plan`: every operator is a vertex of its own, as nothing is chained here (JsonPlanGenerator). */
export function planJson(job: Job, idOf: (operator: Named) => string): object {
  return {
    jid: job.id,
    name: job.name,
    type: 'STREAMING',
    nodes: job.metrics().operators.map((operator) => ({
      id: idOf(operator),
      parallelism: operator.parallelism,
      operator: '',
      operator_strategy: '',
      description: `${escaped(operator.name)}<br/>`,
      optimizer_properties: {},
      ...(operator.inputs.length > 0 && {
        inputs: operator.inputs.map((input, num) => ({
          num,
          id: idOf(input),
          ship_strategy: 'FORWARD',
          exchange: 'pipelined_bounded',
        })),
      }),
    })),
  };
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
