/** Views of one thing. Links in looks, buttons in truth: the view stands in the URL. Arrow keys move as in any tab list. */
import { useEffect, useRef, type KeyboardEvent } from 'react';
import styles from './view-tabs.module.css';

type Props<View extends string> = {
  readonly label: string;
  readonly current: View;
  readonly views: readonly { readonly view: View; readonly name: string; readonly count?: number }[];
  readonly onChange: (view: View) => void;
};

export function ViewTabs<View extends string>({ label, current, views, onChange }: Props<View>) {
  const list = useRef<HTMLDivElement>(null);
  // On a small screen the tabs scroll sideways: the one that is shown is in sight. The page stays where it is.
  useEffect(() => {
    const tabs = list.current;
    const shown = tabs?.querySelector('[aria-selected="true"]')?.getBoundingClientRect();
    if (tabs === null || shown === undefined) return;
    const { left, right } = tabs.getBoundingClientRect();
    if (shown.right > right) tabs.scrollLeft += shown.right - right;
    else if (shown.left < left) tabs.scrollLeft -= left - shown.left;
  }, [current]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    // From the tab with the focus: a view may still be on its way when the next key comes.
    const tabs = [...(list.current?.querySelectorAll('button') ?? [])];
    const index = tabs.findIndex((tab) => tab === document.activeElement);
    const next = (index + step + views.length) % views.length;
    onChange(views[next]!.view);
    tabs[next]?.focus();
  };
  return (
    <div className={styles['tabs']} role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
      {views.map(({ view, name, count }) => (
        <button
          key={view} type="button" role="tab" aria-selected={view === current} tabIndex={view === current ? 0 : -1}
          onClick={() => onChange(view)}
        >
          {name}
          {count !== undefined && <span className={styles['count']}>{count}</span>}
        </button>
      ))}
    </div>
  ); // prettier-ignore
}
