import { createRoot } from 'react-dom/client';
import { connectHost } from '../shared/host.ts';
import { KafkaForm } from './form.tsx';
import type { FromKafkaForm, ToKafkaForm } from './messages.ts';

const root = document.getElementById('root');
if (root) createRoot(root).render(<KafkaForm host={connectHost<FromKafkaForm, ToKafkaForm>()} />);
