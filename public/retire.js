// In the place of sw.js: takes back every service worker that a published Landfall left at this address. A development
// build has it (a release was perhaps served at the same address before), and whoever takes an app down publishes it.

addEventListener('install', () => skipWaiting());

addEventListener('activate', (event) =>
  event.waitUntil(
    (async () => {
      const ours = (await caches.keys()).filter((name) => name.startsWith(`landfall ${registration.scope} `));
      await Promise.all(ours.map((name) => caches.delete(name)));
      await registration.unregister();
      for (const page of await clients.matchAll({ type: 'window' })) page.navigate(page.url);
    })(),
  ),
);
