import { createRoot } from 'react-dom/client';
import { chartStyles } from '../chart/styles.ts';
import { graphStyles } from '../graph/styles.ts';
import { connectHost } from '../shared/host.ts';
import { JobView } from './job-view.tsx';
import type { JobViewMessage, JobViewRequest } from './messages.ts';
import { jobStyles } from './styles.ts';

// Not a style element: the page's policy lets in none but its own.
const sheet = new CSSStyleSheet();
sheet.replaceSync(`${jobStyles}${graphStyles}${chartStyles}`);
document.adoptedStyleSheets.push(sheet);

const root = document.getElementById('root');
if (root) createRoot(root).render(<JobView host={connectHost<JobViewRequest, JobViewMessage>()} />);
