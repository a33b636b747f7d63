import { createRoot, type Root } from 'react-dom/client';
import type { ResultState, ToHost, ToRenderer } from '../messages.ts';
import { Localised } from '../shared/localised.tsx';
import { Channel } from './channel.ts';
import { Results } from './results.tsx';
import { styles } from './styles.ts';

/** The part of VS Code's renderer API that is used here. */
interface RendererContext {
  postMessage?: (message: ToHost) => void;
  onDidReceiveMessage?: (listener: (message: ToRenderer) => void) => unknown;
}

interface OutputItem {
  readonly id: string;
  json(): unknown;
}

/** Called by VS Code once for each notebook editor that shows one of our outputs. */
export function activate(context: RendererContext) {
  const channel = new Channel(context);
  channel.send({ type: 'language' });
  const roots = new Map<string, { root: Root; element: HTMLElement }>();
  const dispose = (id: string): void => {
    roots.get(id)?.root.unmount();
    roots.delete(id);
  };
  return {
    renderOutputItem(item: OutputItem, element: HTMLElement): void {
      let held = roots.get(item.id);
      if (held && held.element !== element) {
        dispose(item.id);
        held = undefined;
      }
      if (!held) {
        held = { root: createRoot(element), element };
        roots.set(item.id, held);
      }
      const state = item.json() as ResultState;
      // VS Code takes the padding from an output that has no height when it looks; by this class it stays. Rendering
      // at once instead makes VS Code cut outputs that grow soon after.
      element.classList.add('mr-output');
      held.root.render(
        <>
          <style>{styles}</style>
          <Localised>
            <Results key={state.id} initial={state} channel={channel} />
          </Localised>
        </>,
      );
    },
    disposeOutputItem(id?: string): void {
      for (const one of id === undefined ? [...roots.keys()] : [id]) dispose(one);
    },
  };
}
