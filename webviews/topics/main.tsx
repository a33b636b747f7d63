import { createRoot } from 'react-dom/client';
import { chartStyles } from '../chart/styles.ts';
import { Channel } from '../results/channel.ts';
import { styles } from '../results/styles.ts';
import { connectHost } from '../shared/host.ts';
import { t } from '../shared/l10n.ts';
import { GroupView } from './group-view.tsx';
import type { GroupMessage, GroupRequest, TopicMessage, TopicRequest } from './messages.ts';
import { topicStyles } from './styles.ts';
import { TopicView } from './topic-view.tsx';
import type { TopicsMessage, TopicsRequest } from './topics-messages.ts';
import { TopicsView } from './topics-view.tsx';

// Not a style element: the page's policy lets in none but its own.
const sheet = new CSSStyleSheet();
sheet.replaceSync(`${styles}${chartStyles}${topicStyles}`);
document.adoptedStyleSheets.push(sheet);

/** Messages of results, which the results component hears. */
const OF_RESULTS: ReadonlySet<string> = new Set(['state', 'rows', 'found', 'profile', 'problem', 'gone']);

const root = document.getElementById('root');
const host = connectHost<TopicRequest | GroupRequest | TopicsRequest, TopicMessage | GroupMessage | TopicsMessage>();
const channel = new Channel({
  postMessage: (message) => host.send(message),
  onDidReceiveMessage: (listener) =>
    host.listen((message) => {
      if (OF_RESULTS.has(message.type)) listener(message as Parameters<typeof listener>[0]);
    }),
});

// One script for all of these views: which of them this page is, its first message says.
const shown = createRoot(root as HTMLElement);
shown.render(<Asking />);
const stop = host.listen((message) => {
  if (message.type === 'group') {
    stop();
    shown.render(<GroupView host={host as never} first={message.state} />);
  } else if (message.type === 'topic') {
    stop();
    shown.render(<TopicView host={host as never} channel={channel} first={message.state} firstTab={message.tab} />);
  } else if (message.type === 'topics') {
    stop();
    shown.render(<TopicsView host={host as never} first={message.state} />);
  } else if (message.type === 'offline') {
    shown.render(
      <main className="mt">
        <div className="mt-alert" role="alert">
          <b>{t('No answer.')}</b> {t('{0}. It is asked again.', message.message)}
        </div>
      </main>,
    );
  }
});
host.send({ type: 'ready' });

function Asking() {
  return (
    <main className="mt">
      <p role="status">{t('Asking the brokers…')}</p>
    </main>
  );
}
