// Starts the app, and tells the reader when it cannot go on.
//
// The page's preload links name the glue and the wasm and carry their hashes (Trunk and .ci/seal write them), so
// this file needs no build step, no inline script is needed, and nothing runs whose hash differs.

const glue = document.querySelector('link[rel="modulepreload"][href*="landfall-"]');
const wasm = document.querySelector('link[rel="preload"][type="application/wasm"]');

// The reader's theme, before the first paint.
try {
  document.documentElement.dataset.theme = localStorage.getItem('landfall.theme') ?? 'system';
} catch {
  // Storage is forbidden: as the device is set.
}

// The number on the app's icon, where there is one.
globalThis.landfallBadge = (count) => navigator.setAppBadge?.(count).catch(() => {});

// Reloads the page; with the version that waits, if one does. Other tabs keep theirs until their own click.
let registration;
globalThis.landfallUpdate = () => {
  if (!registration?.waiting) return location.reload();
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  registration.waiting.postMessage('skip-waiting');
};

// The service worker (public/sw.js), where the page was published with one. It looks for a new version when the page
// is looked at again, and every hour; that one waits, and the app says so.
const register = async () => {
  registration = await navigator.serviceWorker.register(worker, { updateViaCache: 'none' });
  const look = () => {
    if (!registration.waiting || !registration.active) return; // the first one does not wait
    document.documentElement.dataset.update = 'ready';
    dispatchEvent(new Event('landfall:update'));
  };
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look));
  look();
  const check = () => document.hidden || registration.update().catch(() => {}); // no network: later
  document.addEventListener('visibilitychange', check);
  setInterval(check, 3_600_000);
};
const worker = document.querySelector('meta[name="landfall-worker"]')?.content;

const start = async () => {
  const response = fetch(wasm.href, { integrity: wasm.dataset.integrity, credentials: 'same-origin' });
  response.catch(() => {}); // told below, once the glue is here
  const app = await import(glue.href);
  await app.default({ module_or_path: response });
};

// Once, whatever follows from it. In an open dialog, because all else cannot be reached then.
let told = false;
const tell = (text) => {
  if (told) return;
  told = true;
  const notice = document.createElement('div');
  notice.className = 'toasts';
  notice.innerHTML = '<div class="toast bad" role="alert"><span></span><button class="button small">Reload</button></div>';
  notice.querySelector('span').textContent = text;
  notice.querySelector('button').onclick = landfallUpdate;
  (document.querySelector('dialog:modal') ?? document.body).append(notice);
};

// A released app stops where it finds itself in the wrong: the browser calls that a RuntimeError, and has put it into
// the console. A development build says there what it was.
const stopped = (error) => {
  const ours = error instanceof WebAssembly.RuntimeError;
  if (ours) tell('Something went wrong here. What is saved on this device is safe. Reload the page.');
  return ours;
};
addEventListener('error', (event) => stopped(event.error));
addEventListener('unhandledrejection', (event) => stopped(event.reason));

// The worker comes after the app: a first visit's paint does not wait for it. It comes even if the app does not start,
// or a broken version could never be replaced.
const whenIdle = globalThis.requestIdleCallback ?? setTimeout;
start()
  .catch((error) => {
    console.error(error);
    if (stopped(error)) return;
    tell('Landfall could not be loaded. What is kept on this device is safe. Check the connection and reload the page.');
  })
  .finally(() => worker && navigator.serviceWorker && whenIdle(() => register().catch(console.warn)));
