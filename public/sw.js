// The service worker: after one visit the app starts, and every screen opens, with no server in reach.
//
// .ci/worker fills in the two values below when a build is published: its files with their hashes, and a version made
// of both. All files of one build lie in one cache, and a file is kept only if its hash is right, so a host in the midst
// of an upload cannot leave a mixture here. Whatever is not on the list is the browser's: no answer of a backend, and
// nothing that belongs to an account, is ever kept here. The one other file is the deployer's landfall.json: the host's
// if it answers, else the last one that it gave. (The app keeps a copy as well, but browsers write localStorage seconds
// later, and a power cut before that must not leave the device without its workspace.)
//
// A new version waits until a reader asks for it (public/update.js), or until no page of the app is open. The pages that
// are open then stay as they are and go on working: script, wasm and style were loaded when they opened, and their data
// lies elsewhere. What such a page may still ask for is a language's words, and of newer ones it takes those that it
// knows. A page that was just loading finds the earlier files on the host: .ci/dist leaves them for one more build.

const VERSION = '';
const FILES = {};

// Two Landfalls on one origin, under two paths, have caches of their own: one name is never the beginning of the other.
const SCOPE = registration.scope;
const OURS = `landfall ${SCOPE} `;
const CACHE = OURS + VERSION;
const CONFIG = OURS + 'config';
const CONFIG_FILE = 'landfall.json';

// What the app's addresses begin with (src/ui/route.rs, where a test compares). Other pages below the scope, such
// as a second Landfall, are asked of the host first.
const SCREENS = ['index.html', 'c', 'search', 'outbox', 'conflicts', 'sync', 'settings', 'start', 'connect', 'new'];

// A file whose name carries a hash is the same wherever the browser has it from; should it have something else under
// that name, the host is asked.
const download = async (path) => {
  const ask = (cache) => fetch(new URL(path, SCOPE), { cache, integrity: FILES[path], redirect: 'error' });
  const named = /-[0-9a-f]{8,}[._]/.test(path);
  const response = named ? await ask('default').catch(() => ask('reload')) : await ask('reload');
  if (!response.ok) throw new Error(`${path}: status ${response.status}`);
  return response;
};

// The host's word counts: a file, or that there is none (a fallback host sends a page then). Without it, the last one.
const config = async (request) => {
  const answer = await fetch(request).catch(() => undefined);
  if (!answer || answer.status >= 500) return (await caches.match(request.url, { cacheName: CONFIG })) ?? answer ?? Response.error();
  if (answer.ok && !/^\s*</.test(await answer.clone().text())) await (await caches.open(CONFIG)).put(request.url, answer.clone());
  else if (answer.ok || answer.status === 404 || answer.status === 410) await caches.delete(CONFIG);
  return answer;
};

const install = async () => {
  const cache = await caches.open(CACHE);
  const keep = async (path) => cache.put(new URL(path, SCOPE), await download(path));
  const files = [config(new Request(new URL(CONFIG_FILE, SCOPE), { cache: 'no-cache' })), ...Object.keys(FILES).map(keep)];
  await Promise.all(files).catch(async (error) => {
    await caches.delete(CACHE);
    throw error; // the browser tries again later
  });
};

// The files may be gone while the worker is not: browsers clear caches, and revive a worker that was taken off with the
// data (public/device.js) if its page registers it again.
const fill = async () => {
  const there = await caches.match(new URL('./', SCOPE), { cacheName: CACHE });
  if (!there) await install().catch(() => {}); // no network, or a newer build: later
};

const activate = async () => {
  const earlier = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== CACHE && name !== CONFIG);
  await Promise.all(earlier.map((name) => caches.delete(name)));
  await clients.claim();
};

const kept = async (path, request) => {
  const cache = await caches.open(CACHE);
  return (await cache.match(new URL(path, SCOPE))) ?? fetch(request); // the browser may have cleared its caches
};

addEventListener('install', (event) => event.waitUntil(install()));
addEventListener('activate', (event) => event.waitUntil(activate()));
addEventListener('message', (event) => {
  if (event.data === 'skip-waiting') skipWaiting();
  if (event.data === 'fill') event.waitUntil(fill());
});

addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(SCOPE)) return;
  const [path] = request.url.slice(SCOPE.length).split(/[?#]/);
  if (request.mode !== 'navigate') {
    if (path === CONFIG_FILE) event.respondWith(config(request));
    else if (Object.hasOwn(FILES, path)) event.respondWith(kept(path, request));
  } else if (!path || SCREENS.includes(path.split('/')[0])) {
    event.respondWith(kept('./', request));
  } else {
    event.respondWith(fetch(request).catch(() => kept('./', request)));
  }
});
