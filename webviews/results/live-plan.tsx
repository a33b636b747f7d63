import { useEffect, useMemo, useState } from 'react';
import type { Clause, JobFigures } from '../messages.ts';
import { t } from '../shared/l10n.ts';
import type { Channel } from './channel.ts';
import { readPlan } from './plan-text.ts';
import { PlanView } from './plan-view.tsx';

export interface LivePlanProps {
  readonly channel: Channel;
  readonly id: string;
  readonly figures: JobFigures | undefined;
}

type Answer = { readonly text: string; readonly clauses: readonly Clause[] } | { readonly problem: string };

/** Below zero: the rows' own questions, which count up, take a `problem` as theirs. */
let requests = -1_000_000_000;

/** The plan of the statement with what its job does now. */
export function LivePlan({ channel, id, figures }: LivePlanProps) {
  const answer = usePlan(channel, id);
  const plan = useMemo(() => (answer && 'text' in answer ? readPlan(answer.text) : undefined), [answer]);
  if (!answer) {
    return (
      <p className="mr-quiet" role="status" data-testid="plan-loading">
        {t('Asking for the plan…')}
      </p>
    );
  }
  if ('problem' in answer || !plan) {
    return (
      <p className="mr-quiet" role="status" data-testid="plan-problem">
        {'problem' in answer ? answer.problem : t('The server tells no plan of this statement.')}
      </p>
    );
  }
  const { clauses } = answer;
  return (
    <PlanView
      plan={plan}
      figures={figures}
      clauses={clauses}
      onPlace={({ start, end }) => channel.send({ type: 'place', id, start, end })}
    />
  );
}

/** What EXPLAIN says of a result's statement, with the parts of the statement. */
export function usePlan(channel: Channel, id: string): Answer | undefined {
  const [answer, setAnswer] = useState<Answer>();
  useEffect(() => {
    const request = --requests;
    const leave = channel.listen(id, (message) => {
      if (message.type === 'plan' && message.request === request) setAnswer(message);
      else if (message.type === 'problem' && message.request === request) setAnswer({ problem: message.message });
    });
    channel.send({ type: 'plan', id, request });
    return leave;
  }, [channel, id]);
  return answer;
}
