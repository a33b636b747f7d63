import { createRoot } from 'react-dom/client';
import { connectHost } from '../shared/host.ts';
import { ConnectionForm } from './form.tsx';
import type { FromForm, ToForm } from './messages.ts';

const root = document.getElementById('root');
if (root) createRoot(root).render(<ConnectionForm host={connectHost<FromForm, ToForm>()} />);
