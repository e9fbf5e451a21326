import { createApp } from 'vue';
import App from './App.vue';
import { startQueue } from './app/background';
import { watchFailures } from './app/failures';
import { watchInstall } from './app/install';
import { loadLanguage } from './app/language';
import { loadSession } from './app/session';
import { registerWorker, watchForms } from './app/update';
import { makeRouter } from './router';
import './styles/base.css';

watchInstall();
const router = makeRouter();
const app = createApp(App);
watchFailures(app, router);
watchForms(router);

async function begin(): Promise<void> {
  await loadLanguage();
  await loadSession();
  startQueue();
  app.use(router);
  await router.isReady();
}

begin()
  .catch((error: unknown) => app.config.errorHandler?.(error, null, 'setup'))
  .finally(() => app.mount('#app'));
void registerWorker();
