/** Pages and their addresses (after `#`, so that a reload without a network needs only the one page that is kept). */
import {
  createRouter,
  createWebHashHistory,
  type RouteLocationNormalized,
  type RouteLocationRaw,
  type RouteRecordRaw,
  type Router,
  type RouterHistory,
} from 'vue-router';
import { takeLink } from '@/app/enrolment';
import { profile, locked } from '@/app/session';
import type { Key } from '@/locales';
import HomeView from '@/views/HomeView.vue';

declare module 'vue-router' {
  interface RouteMeta {
    title: Key;
    /** Brings its own header and footer. */
    bare?: boolean;
    /** Somebody types here: nothing may take the page away. */
    form?: boolean;
    /** Open to people who have no profile yet, or whose screen is locked. */
    open?: boolean;
  }
}

const fill = () => import('@/views/fill/FillView.vue');

export const routes: RouteRecordRaw[] = [
  { path: '/', component: HomeView, meta: { title: 'app.home' } },
  {
    path: '/enrol',
    component: () => import('@/views/EnrolView.vue'),
    meta: { title: 'app.enrolTitle', bare: true, open: true },
  },
  {
    path: '/lock',
    component: () => import('@/views/LockView.vue'),
    meta: { title: 'app.lockTitle', bare: true, open: true },
  },
  {
    path: '/new/:xmlFormId',
    component: fill,
    props: (route) => ({ ...route.params, school: String(route.query.school ?? '') }),
    meta: { title: 'app.newRecord', bare: true, form: true },
  },
  { path: '/fill/:instanceId', component: fill, props: true, meta: { title: 'app.fill', bare: true, form: true } },
  {
    path: '/review/:instanceId',
    component: fill,
    props: (route) => ({ instanceId: route.params.instanceId, review: true }),
    meta: { title: 'app.review', bare: true, form: true },
  },
  { path: '/records', component: () => import('@/views/RecordsView.vue'), meta: { title: 'app.records' } },
  {
    path: '/record/:instanceId',
    component: () => import('@/views/RecordView.vue'),
    props: true,
    meta: { title: 'app.record' },
  },
  { path: '/places', component: () => import('@/views/PlacesView.vue'), meta: { title: 'app.places' } },
  {
    path: '/places/:uuid',
    component: () => import('@/views/PlaceView.vue'),
    props: true,
    meta: { title: 'app.place' },
  },
  { path: '/settings', component: () => import('@/views/SettingsView.vue'), meta: { title: 'app.settings' } },
  {
    path: '/:rest(.*)*',
    component: () => import('@/views/MissingView.vue'),
    meta: { title: 'app.missingTitle' },
  },
];

/** Where a person is sent instead: nobody enrolled → enrol, locked → lock; true when the page may open. */
export function guard(to: RouteLocationNormalized): true | RouteLocationRaw {
  if (to.path === '/enrol' && (to.query.k || to.query.w)) {
    takeLink(to.query);
    // The key must not stay in the address or the history.
    return { path: '/enrol', replace: true };
  }
  if (to.meta.open) return true;
  if (profile.value === null) return { path: '/enrol', replace: true };
  if (locked.value) return { path: '/lock', query: to.path === '/' ? {} : { next: to.fullPath }, replace: true };
  return true;
}

export function makeRouter(history: RouterHistory = createWebHashHistory(import.meta.env.BASE_URL)): Router {
  const router = createRouter({
    history,
    routes,
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  });
  router.beforeEach(guard);
  return router;
}
