import { createRoot } from 'react-dom/client';
import { Channel } from '../results/channel.ts';
import { styles } from '../results/styles.ts';
import { connectHost } from '../shared/host.ts';
import type { HostToPanel, PanelToHost } from './messages.ts';
import { ResultsPanel } from './panel.tsx';
import { panelStyles } from './styles.ts';

// Not a style element: the page's policy lets in none but its own.
const sheet = new CSSStyleSheet();
sheet.replaceSync(`${styles}${panelStyles}`);
document.adoptedStyleSheets.push(sheet);

const host = connectHost<PanelToHost, HostToPanel>();
const channel = new Channel({
  postMessage: (message) => host.send(message),
  onDidReceiveMessage: (listener) =>
    host.listen((message) => {
      if (message.type !== 'runs') listener(message);
    }),
});
const root = document.getElementById('root');
if (root) createRoot(root).render(<ResultsPanel host={host} channel={channel} />);
