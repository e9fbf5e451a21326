/** What a browser has and the test's surroundings have not, or otherwise. */
import { Blob as NodeBlob, File as NodeFile } from 'node:buffer';
import { IDBFactory } from 'fake-indexeddb';
import { vi } from 'vitest';
import type { FakeServer } from './server';

/** `XMLHttpRequest` on top of the fake server's `fetch`. */
function requestClass(server: FakeServer) {
  return class {
    upload: { onprogress: ((event: unknown) => void) | null } = { onprogress: null };
    status = 0;
    responseText = '';
    onload: (() => void) | null = null;
    onerror: ((error: unknown) => void) | null = null;
    #headers: Record<string, string> = {};
    #answer: Response | null = null;
    #method = 'GET';
    #url = '';
    #aborted = false;

    open(method: string, url: string) {
      this.#method = method;
      this.#url = url;
    }
    setRequestHeader(name: string, value: string) {
      this.#headers[name] = value;
    }
    getResponseHeader(name: string) {
      return this.#answer?.headers.get(name) ?? null;
    }
    abort() {
      this.#aborted = true;
    }
    send(body: Blob | null) {
      void this.#run(body);
    }
    async #run(body: Blob | null) {
      try {
        const answer = await server.fetch(this.#url, { method: this.#method, headers: this.#headers, body });
        const text = await answer.text();
        if (this.#aborted) return;
        this.#answer = answer;
        this.status = answer.status;
        this.responseText = text;
        this.onload?.();
      } catch (error) {
        if (!this.#aborted) this.onerror?.(error);
      }
    }
  };
}

type Work = (lock: unknown) => unknown;

/** Locks over all tabs of the test. A killed tab's lock is given back by `killAll`. */
export class Locks {
  #tails = new Map<string, Promise<unknown>>();

  request = (name: string, first: LockOptions | Work, second?: Work): Promise<unknown> => {
    const work = second ?? (first as Work);
    const options = second ? (first as LockOptions) : {};
    if (options.ifAvailable && this.#tails.has(name)) return Promise.resolve(work(null));
    const before = this.#tails.get(name) ?? Promise.resolve();
    const mine = before.then(() => work({ name }));
    const tail = mine
      .catch(() => undefined)
      .finally(() => {
        if (this.#tails.get(name) === tail) this.#tails.delete(name);
      });
    this.#tails.set(name, tail);
    return mine;
  };

  killAll() {
    this.#tails = new Map();
  }
}

/** A fresh browser that talks to this server; the database is empty. */
export function freshBrowser(server: FakeServer): Locks {
  const locks = new Locks();
  vi.stubGlobal('indexedDB', new IDBFactory());
  vi.stubGlobal('Blob', NodeBlob);
  vi.stubGlobal('File', NodeFile);
  vi.stubGlobal('fetch', server.fetch);
  vi.stubGlobal('XMLHttpRequest', requestClass(server));
  vi.stubGlobal('BroadcastChannel', undefined);
  Object.defineProperty(navigator, 'locks', { value: locks, configurable: true });
  return locks;
}
