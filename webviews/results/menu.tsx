import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from 'react';

export interface MenuItem {
  readonly label: string;
  /** A mark in front: an item that is on or off. */
  readonly checked?: boolean;
  readonly disabled?: boolean;
  readonly run: () => void;
}

export interface MenuProps {
  readonly label: string;
  readonly items: readonly (MenuItem | 'line')[];
  /** Pixels within the box that it is in. */
  readonly at: { readonly left: number; readonly top: number };
  readonly onClose: () => void;
}

/** A menu as WAI-ARIA has it: arrows go, Enter chooses, Escape and a press elsewhere close. */
export function Menu({ label, items, at, onClose }: MenuProps) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    const room = element?.offsetParent;
    // It stays within its box.
    if (element && room) {
      const left = Math.min(at.left, room.clientWidth - element.offsetWidth - 4);
      element.style.left = `${Math.max(0, left)}px`;
      const beyond = element.getBoundingClientRect().bottom - window.innerHeight + 4;
      if (beyond > 0) element.style.top = `${at.top - Math.min(beyond, element.getBoundingClientRect().top)}px`;
    }
    element?.querySelector<HTMLElement>('button:not(:disabled)')?.focus({ preventScroll: true });
    // The output of a cell is as high as what is in it: a menu that hangs out of it would be cut.
    if (!element || !(room instanceof HTMLElement) || room.classList.contains('mr-fill')) return undefined;
    room.style.minHeight = `${element.offsetTop + element.offsetHeight + 4}px`;
    return () => {
      room.style.minHeight = '';
    };
  }, [at.left, at.top]);
  useEffect(() => {
    const pressed = (event: MouseEvent): void => {
      if (!box.current?.contains(event.target as Node)) onClose();
    };
    window.addEventListener('mousedown', pressed, true);
    return () => window.removeEventListener('mousedown', pressed, true);
  }, [onClose]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const buttons = [...(box.current?.querySelectorAll<HTMLElement>('button:not(:disabled)') ?? [])];
    const index = buttons.indexOf(document.activeElement as HTMLElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) buttons.at((index + step) % buttons.length)?.focus();
    else if (event.key === 'Home') buttons[0]?.focus();
    else if (event.key === 'End') buttons.at(-1)?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else if (event.key !== 'Enter' && event.key !== ' ') return;
    event.stopPropagation();
    if (event.key !== 'Enter' && event.key !== ' ') event.preventDefault();
  };
  return (
    <div
      ref={box}
      className="mr-menu"
      role="menu"
      aria-label={label}
      tabIndex={-1}
      style={{ left: at.left, top: at.top }}
      onKeyDown={onKeyDown}
    >
      {items.map((item, i) =>
        item === 'line' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing else
          <hr key={i} />
        ) : (
          // biome-ignore lint/a11y/useAriaPropsSupportedByRole: only an item that can be checked says whether it is
          <button
            key={item.label}
            type="button"
            role={item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
            aria-checked={item.checked}
            tabIndex={-1}
            disabled={item.disabled}
            onClick={() => {
              onClose();
              item.run();
            }}
          >
            <span className="mr-check" aria-hidden="true">
              {item.checked ? '✓' : ''}
            </span>
            {item.label}
          </button>
        ),
      )}
    </div>
  );
}
