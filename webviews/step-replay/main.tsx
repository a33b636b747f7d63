import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { connectHost, type Host } from '../shared/host.ts';
import { t } from '../shared/l10n.ts';
import { ReplayView } from './replay-view.tsx';
import { replayStyles } from './styles.ts';
import type { ReplayMessage, ReplayRequest, StepTrace } from './trace.ts';

// Not a style element: the page's policy lets in none but its own.
const sheet = new CSSStyleSheet();
sheet.replaceSync(replayStyles);
document.adoptedStyleSheets.push(sheet);

function Page({ host }: { readonly host: Host<ReplayRequest, ReplayMessage> }) {
  const [message, setMessage] = useState<ReplayMessage>();
  const [runs, setRuns] = useState(0);
  useEffect(() => {
    const leave = host.listen((next) => {
      setMessage(next);
      if (next.type === 'trace') setRuns((n) => n + 1);
    });
    host.send({ type: 'ready' });
    return leave;
  }, [host]);
  if (!message) return null;
  if (message.type === 'trace') {
    return (
      <ReplayView
        key={runs}
        trace={message.trace}
        onAgain={() => host.send({ type: 'again' })}
        onExport={() => host.send({ type: 'export' })}
      />
    );
  }
  return (
    <div className="sr">
      {message.type === 'running' ? (
        <>
          <pre>{message.statement}</pre>
          <p className="sr-empty" role="status">
            {t('Running it row by row…')}
          </p>
        </>
      ) : (
        <>
          <div className="sr-error" role="alert" data-testid="replay-problem">
            {message.message}
          </div>
          <div className="sr-bar">
            <button type="button" onClick={() => host.send({ type: 'again' })}>
              {t('Run again')}
            </button>
          </div>
        </>
      )}
    </div>
  );
}

const root = document.getElementById('root');
// An exported page holds its trace and has nobody to ask.
const held = document.getElementById('trace')?.textContent;
if (root && held) createRoot(root).render(<ReplayView trace={JSON.parse(held) as StepTrace} />);
else if (root) createRoot(root).render(<Page host={connectHost<ReplayRequest, ReplayMessage>()} />);
