import { type KeyboardEvent, useRef } from 'react';

interface TabsProps<T extends string> {
  readonly label: string;
  readonly tabs: readonly { readonly key: T; readonly title: string; readonly badge?: string }[];
  readonly tab: T;
  readonly onOpen: (tab: T) => void;
}

/** Tabs, with the arrow keys between them. */
export function Tabs<T extends string>({ label, tabs, tab, onOpen }: TabsProps<T>) {
  const list = useRef<HTMLDivElement>(null);
  const onKey = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    const at = tabs.findIndex(({ key }) => key === tab);
    const next = tabs[(at + by + tabs.length) % tabs.length]?.key ?? tab;
    onOpen(next);
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
    event.preventDefault();
  };
  return (
    <div role="tablist" aria-label={label} className="mt-tabs" ref={list} onKeyDown={onKey}>
      {tabs.map(({ key, title, badge }) => (
        <button
          type="button"
          role="tab"
          key={key}
          id={`tab-${key}`}
          aria-selected={key === tab}
          aria-controls={`panel-${key}`}
          tabIndex={key === tab ? 0 : -1}
          onClick={() => onOpen(key)}
        >
          {title}
          {badge && <span className="mt-badge">{badge}</span>}
        </button>
      ))}
    </div>
  );
}
