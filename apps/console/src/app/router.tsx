import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { LostPage } from './LostPage.tsx'
import { SettingsLayout } from './SettingsLayout.tsx'
import { Shell } from './shell/Shell.tsx'

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: LostPage })

const channels = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: lazyRouteComponent(() => import('../features/channels/index.ts'), 'ChannelsPage'),
})
const channel = createRoute({
  getParentRoute: () => rootRoute,
  path: '/channels/$channelId',
  component: lazyRouteComponent(() => import('./ChannelRoute.tsx'), 'ChannelRoute'),
})
const wall = createRoute({
  getParentRoute: () => rootRoute,
  path: '/wall',
  component: lazyRouteComponent(() => import('../features/wall/index.ts'), 'WallPage'),
})
const destinations = createRoute({
  getParentRoute: () => rootRoute,
  path: '/destinations',
  component: lazyRouteComponent(() => import('../features/destinations/index.ts'), 'DestinationsPage'),
})
const clips = createRoute({
  getParentRoute: () => rootRoute,
  path: '/clips',
  component: lazyRouteComponent(() => import('../features/clips/index.ts'), 'ClipsPage'),
})
const activity = createRoute({
  getParentRoute: () => rootRoute,
  path: '/activity',
  component: lazyRouteComponent(() => import('../features/activity/index.ts'), 'ActivityPage'),
})
const settings = createRoute({ getParentRoute: () => rootRoute, path: '/settings', component: SettingsLayout })
const settingsPages = [
  createRoute({
    getParentRoute: () => settings,
    path: '/',
    component: lazyRouteComponent(() => import('../features/settings/index.ts'), 'SettingsPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/people',
    component: lazyRouteComponent(() => import('../features/people/index.ts'), 'PeoplePage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/account',
    component: lazyRouteComponent(() => import('../features/account/index.ts'), 'AccountPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/audit',
    component: lazyRouteComponent(() => import('../features/audit/index.ts'), 'AuditPage'),
  }),
] as const
/** The link of the first run, opened again after it. */
const setup = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  beforeLoad: () => {
    throw redirect({ to: '/', replace: true, hash: '' })
  },
})

const routeTree = rootRoute.addChildren([
  setup,
  channels,
  channel,
  wall,
  destinations,
  clips,
  activity,
  settings.addChildren(settingsPages),
])

export function openRouter() {
  return createRouter({ routeTree, defaultPreload: 'intent', scrollRestoration: true })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof openRouter>
  }
}
