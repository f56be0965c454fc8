/** A page that is loaded when shown, and only for whom it is. */
import { type RouteComponent } from '@tanstack/react-router';
import { lazy, useState, type ComponentType } from 'react';
import { permissions, type Permission } from '../../src/wire/roles.ts';
import { useMay } from '../api/session.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { useWords } from '../words/words.ts';

/**
 * `guarded('orders.read', async () => (await import('./pages/orders-page.tsx')).OrdersPage)`: whoever lacks the permission is
 * told who can grant it. The API refuses them anyway.
 */
export function guarded(permission: Permission, load: () => Promise<ComponentType>): RouteComponent {
  let Loaded: ComponentType | undefined;
  // The router waits for it before it shows the page, and loads it while the pointer is still on the link. A page that is here is
  // shown at once: React holds back for 300 ms what replaces a fallback, were it empty for a moment only.
  const preload = async (): Promise<void> => {
    Loaded = await load();
  };
  const Lazy = lazy(async () => ({ default: await load() }));
  const Guarded = () => {
    const may = useMay();
    const [Page] = useState(() => Loaded ?? Lazy);
    return may(permission) ? <Page /> : <NotAllowed permission={permission} />;
  };
  return Object.assign(Guarded, { preload });
}

function NotAllowed({ permission }: { readonly permission: Permission }) {
  const { t } = useWords();
  return (
    <EmptyState kind="forbidden" isPage title={t.errors.notAllowed}>
      {t.errors.notAllowedTodo(permissions[permission].about)}
    </EmptyState>
  );
}
