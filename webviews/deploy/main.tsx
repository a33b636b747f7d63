import { createRoot } from 'react-dom/client';
import { connectHost } from '../shared/host.ts';
import { DeployView } from './deploy-view.tsx';
import type { FromDeploy, ToDeploy } from './messages.ts';
import { deployStyles } from './styles.ts';

// Not a style element: the page's policy lets in none but its own.
const sheet = new CSSStyleSheet();
sheet.replaceSync(deployStyles);
document.adoptedStyleSheets.push(sheet);

const root = document.getElementById('root');
if (root) createRoot(root).render(<DeployView host={connectHost<FromDeploy, ToDeploy>()} />);
