/**
 * All routes of the console. A page is loaded when it is first shown; its query is checked by the schema of the API's
 * filter. To add one: a route here, an entry in `app/navigation.ts`, the page below `pages/`, its words below `words/`.
 */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { orderFilterSchema } from '../src/wire/api-orders.ts';
import { problemFilterSchema } from '../src/wire/api-problems.ts';
import { returnFilterSchema } from '../src/wire/api-returns.ts';
import { deliveryFilterSchema } from '../src/wire/api-connections.ts';
import { auditFilterSchema } from '../src/wire/api-operations.ts';
import { sessionQuery } from './api/session.ts';
import { queryClient } from './api/query-client.ts';
import { AppShell } from './app/app-shell.tsx';
import { NotFoundPage, PageFailed } from './app/page-failures.tsx';
import { guarded } from './app/guarded.tsx';
import { searchOf } from './list/list-search.ts';
import { journeyFilterSchema } from './pages/journey/journey-filter.ts';

const rootRoute = createRootRoute({ notFoundComponent: NotFoundPage, errorComponent: PageFailed });

const textsOf =
  <const Name extends string>(...names: readonly Name[]) =>
  (search: Record<string, unknown>): { readonly [Key in Name]?: string | undefined } =>
    Object.fromEntries(
      names.flatMap((name) => (typeof search[name] === 'string' ? [[name, search[name]]] : [])),
    ) as { readonly [Key in Name]?: string | undefined };

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: textsOf('to', 'error'),
  component: lazyRouteComponent(() => import('./pages/login/login-page.tsx'), 'LoginPage'),
});

const welcomeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/welcome/$kind',
  component: lazyRouteComponent(() => import('./pages/login/welcome-page.tsx'), 'WelcomePage'),
});

/** Without the frame: it is printed. */
const labelsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/labels',
  validateSearch: textsOf('order', 'rma'),
  beforeLoad: async ({ location }) => {
    const me = await queryClient.ensureQueryData(sessionQuery);
    if (me === null) throw redirect({ to: '/login', search: { to: location.href } });
  },
  component: guarded('returns.read', async () => (await import('./pages/desk/labels-page.tsx')).LabelsPage),
});

/** Everything behind the login. */
const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    const me = await queryClient.ensureQueryData(sessionQuery);
    if (me === null) throw redirect({ to: '/login', search: { to: location.href } });
  },
  component: AppShell,
});

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/overview' });
  },
});

const overviewRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/overview',
  component: guarded(
    'orders.read',
    async () => (await import('./pages/overview/overview-page.tsx')).OverviewPage,
  ),
});

const problemsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/problems',
  validateSearch: searchOf(problemFilterSchema, ['problem', 'tab', 'job']),
  component: guarded(
    'problems.read',
    async () => (await import('./pages/problems/problems-page.tsx')).ProblemsPage,
  ),
});

const ordersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/orders',
  validateSearch: searchOf(orderFilterSchema, ['q']),
  component: guarded('orders.read', async () => (await import('./pages/orders/orders-page.tsx')).OrdersPage),
});

const orderRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/orders/$connection/$id',
  validateSearch: textsOf('view', 'fact', 'record', 'problem'),
  component: guarded('orders.read', async () => (await import('./pages/order/order-page.tsx')).OrderPage),
});

const deskRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/desk',
  validateSearch: searchOf(returnFilterSchema, ['order', 'rma', 'view']),
  component: guarded('returns.read', async () => (await import('./pages/desk/desk-page.tsx')).DeskPage),
});

const fixesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/fixes',
  validateSearch: textsOf('status', 'fix'),
  component: guarded('commands.read', async () => (await import('./pages/fixes/fixes-page.tsx')).FixesPage),
});

const financeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/finance',
  validateSearch: textsOf(
    'view', 'show', 'currency', 'side', 'isUnexplained', 'control', 'order', 'record', 'period', 'from', 'to', 'sku', 'sort',
  ),
  component: guarded(
    'finance.read',
    async () => (await import('./pages/finance/finance-page.tsx')).FinancePage,
  ),
}); // prettier-ignore

const connectionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/connections',
  validateSearch: searchOf(deliveryFilterSchema, ['view', 'delivery']),
  component: guarded(
    'connections.read',
    async () => (await import('./pages/connections/connections-page.tsx')).ConnectionsPage,
  ),
});

const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/audit',
  validateSearch: searchOf(auditFilterSchema, ['entry']),
  component: guarded('audit.read', async () => (await import('./pages/audit/audit-page.tsx')).AuditPage),
});

const journeyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/journey',
  validateSearch: searchOf(journeyFilterSchema, ['view', 'edge']),
  component: guarded('plan.read', async () => (await import('./pages/journey/journey-page.tsx')).JourneyPage),
});

const planRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/plan',
  component: guarded('plan.read', async () => (await import('./pages/plan/plan-page.tsx')).PlanPage),
});

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  validateSearch: textsOf('view'),
  component: guarded(
    'orders.read',
    async () => (await import('./pages/settings/settings-page.tsx')).SettingsPage,
  ),
});

const routeTree = rootRoute.addChildren([
  loginRoute,
  welcomeRoute,
  labelsRoute,
  shellRoute.addChildren([
    homeRoute,
    overviewRoute,
    ordersRoute,
    orderRoute,
    problemsRoute,
    deskRoute,
    fixesRoute,
    financeRoute,
    connectionsRoute,
    journeyRoute,
    planRoute,
    settingsRoute,
    auditRoute,
  ]),
]);

export const router = createRouter({
  routeTree,
  basepath: '/console',
  defaultPreload: 'intent',
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: PageFailed,
  // Plain texts, as the API takes them: no quotes around "true" and numbers.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(search))
      if (value !== undefined && value !== null && value !== '') params.set(name, String(value));
    const query = params.toString();
    return query === '' ? '' : `?${query}`;
  },
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
