// What the device does for the app besides keeping its data: the number on its icon, and new versions.
//
// In front of boot.js, because a new version must be within reach even if the present one does not start.

// The number on the app's icon, where there is one.
globalThis.landfallBadge = (count) => navigator.setAppBadge?.(count).catch(() => {});

// Reloads the page; with the version that waits, if one does. Other tabs keep theirs until their own click.
let registration;
globalThis.landfallUpdate = () => {
  if (!registration?.waiting) return location.reload();
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  registration.waiting.postMessage('skip-waiting');
};

const worker = document.querySelector('meta[name="landfall-worker"]')?.content;

// The service worker (public/sw.js), where the page was published with one. It looks for a new version when the page
// is looked at again, and every hour; that one waits, and the app says so.
const register = async () => {
  registration = await navigator.serviceWorker.register(worker, { updateViaCache: 'none' });
  registration.active?.postMessage('fill');
  const look = () => {
    if (!registration.waiting || !registration.active) return; // the first one does not wait
    root.dataset.update = 'ready';
    dispatchEvent(new Event('landfall:update'));
  };
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look));
  look();
  const check = () => document.hidden || registration.update().catch(() => {}); // no network: later
  document.addEventListener('visibilitychange', check);
  setInterval(check, 3_600_000);
};
