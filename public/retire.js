// In the place of sw.js: takes back the service worker that a published Landfall left at this address, and opens its
// pages anew. A development build has it (a release was perhaps served at the same address before), and whoever takes an
// app down publishes it. Records and outbox stay.

let replaces = false;

addEventListener('install', () => {
  replaces = Boolean(registration.active); // a page that is still published registers this file again: nothing to do then
  skipWaiting();
});

const retire = async () => {
  const ours = (await caches.keys()).filter((name) => name.startsWith(`landfall ${registration.scope} `));
  await Promise.all(ours.map((name) => caches.delete(name)));
  await registration.unregister();
  if (!replaces) return;
  for (const page of await clients.matchAll({ type: 'window' })) page.navigate(page.url).catch(() => {}); // it is being closed
};

addEventListener('activate', (event) => event.waitUntil(retire()));
