import { useMemo, useState } from 'react';
import { t } from '../shared/l10n.ts';
import type { Channel } from './channel.ts';
import { usePlan } from './live-plan.tsx';
import { type Plan, readPlan } from './plan-text.ts';
import { PlanView } from './plan-view.tsx';

export interface TextResultProps {
  readonly text: string;
  readonly channel: Channel;
  readonly id: string;
}

/** A text that is the whole answer; a plan in it is drawn. */
export function TextResult({ text, channel, id }: TextResultProps) {
  const plan = useMemo(() => readPlan(text), [text]);
  const [drawn, setDrawn] = useState(true);
  const words = (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <pre className="mr-text" data-testid="result-text" tabIndex={0}>
      {text}
    </pre>
  );
  if (!plan) return words;
  return (
    <>
      <div className="mr-bar">
        <div className="mr-views" role="radiogroup" aria-label={t('Plan')}>
          {[true, false].map((one) => (
            // biome-ignore lint/a11y/useSemanticElements: buttons that look like one switch
            <button
              key={String(one)}
              type="button"
              role="radio"
              aria-checked={drawn === one}
              data-testid={one ? 'plan-drawn' : 'plan-text'}
              onClick={() => setDrawn(one)}
            >
              {one ? t('Graph') : t('Text')}
            </button>
          ))}
        </div>
      </div>
      {drawn ? <Explained plan={plan} channel={channel} id={id} /> : words}
    </>
  );
}

/** The plan that EXPLAIN has told; the host knows where its statement stands. */
function Explained({ plan, channel, id }: { readonly plan: Plan; readonly channel: Channel; readonly id: string }) {
  const answer = usePlan(channel, id);
  return (
    <PlanView
      plan={plan}
      clauses={answer && 'clauses' in answer ? answer.clauses : undefined}
      onPlace={({ start, end }) => channel.send({ type: 'place', id, start, end })}
    />
  );
}
