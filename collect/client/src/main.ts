import { createApp } from 'vue';
import App from './App.vue';
import { startQueue } from './app/background';
import { watchFailures } from './app/failures';
import { watchInstall } from './app/install';
import { loadLanguage } from './app/language';
import { later } from './app/later';
import { loadSession, profile } from './app/session';
import { registerWorker, watchForms } from './app/update';
import { makeRouter } from './router';
import './styles/base.css';

watchInstall();
const router = makeRouter();
const app = createApp(App);
watchFailures(app, router);
watchForms(router);

/** The engine is the largest part: read before somebody taps on a form, it opens in half the time. */
function warmForms(): void {
  if (profile.value) import('@/views/fill/FillView.vue').catch(() => undefined);
}

async function begin(): Promise<void> {
  await loadLanguage();
  await loadSession();
  app.use(router);
  await router.isReady();
}

begin()
  .catch((error: unknown) => app.config.errorHandler?.(error, null, 'setup'))
  .finally(() => {
    app.mount('#app');
    later(startQueue);
    later(warmForms);
  });
void registerWorker();
