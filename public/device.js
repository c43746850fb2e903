// What the page does by itself on this device, before the app is there and beside it: the reader's theme and the
// deployer's look at the first paint, the browser's offer to install, and erasing everything that is kept here.
//
// `.ci/assets` puts this file in front of boot.js. The app asks by a button's `data-act` (install, erase), and is told
// by `data-install` on the root and the event `landfall:install`.

const root = document.documentElement;

// Where the app lives, and what is its own in this origin: another Landfall may live under another path. At the root
// that is landfall.theme and landfall/sample/…, below /x/y/ landfall:x:y/theme and landfall:x:y/sample/….
const home = new URL('.', document.baseURI).pathname;
const scope = 'landfall' + home.slice(0, -1).replaceAll('/', ':');
const key = (name) => scope + (home === '/' ? '.' : '/') + name;
const own = (name) => name.startsWith(`${scope}/`) || name.startsWith(key(''));

// A preference. Where storage is forbidden there is none: as the device is set.
const kept = (name) => {
  try {
    return localStorage.getItem(key(name));
  } catch {
    return null;
  }
};

// The accent of the config, moved away from each theme's ground until it can be read on its darkest (lightest) sheet:
// 4.5 to 1, as WCAG 2 counts. Then white on it can be read in the light, and the dark ink in the dark.
const light = (rgb) => rgb.map((part) => (part /= 255) > 0.04045 ? ((part + 0.055) / 1.055) ** 2.4 : part / 12.92)
  .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0.05);
const readable = (rgb, ground, end) => {
  const far = light(ground);
  for (let share = 0; ; share += 0.02) {
    const mixed = rgb.map((part) => Math.round(part + (end - part) * share));
    const near = light(mixed);
    if (share >= 1 || Math.max(near, far) / Math.min(near, far) >= 4.5) return `rgb(${mixed})`;
  }
};

const look = () => {
  try {
    return JSON.parse(kept('look')) ?? {};
  } catch {
    return {};
  }
};

// The config's name, accent and logo, as the app kept them at its last start; also called when they have changed.
const dress = () => {
  for (const name of ['theme', 'density']) root.dataset[name] = kept(name) ?? '';
  const { name = 'Landfall', accent, logo } = look();
  root.dataset.name = name;
  root.dataset.logo = logo ?? '';
  const digits = accent?.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3');
  const rgb = digits && [1, 3, 5].map((at) => parseInt(digits.slice(at, at + 2), 16));
  const brand = rgb && `light-dark(${readable(rgb, [234, 239, 230], 0)}, ${readable(rgb, [23, 51, 65], 255)})`;
  root.style.setProperty('--brand', brand ?? '');
  const boot = document.querySelector('#boot .brand');
  if (!boot) return;
  document.title = name;
  boot.lastElementChild.textContent = name;
  if (logo) boot.firstElementChild.replaceWith(Object.assign(new Image(), { className: 'mark', alt: '', src: logo }));
};
dress();
addEventListener('landfall:look', dress);

// How this app can be installed: by the browser's own question, kept here until someone presses Install, or by a menu.
let question;
const offer = (how) => {
  root.dataset.install = how;
  dispatchEvent(new Event('landfall:install'));
};
const byHand = !navigator.vendor.startsWith('Apple') ? 'menu' : navigator.maxTouchPoints > 1 ? 'ios' : 'mac';
const modes = ['standalone', 'minimal-ui', 'window-controls-overlay'].map((mode) => `(display-mode: ${mode})`);
const alone = navigator.standalone || matchMedia(modes.join()).matches;
offer(alone ? 'installed' : byHand);
addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  question = event;
  offer('ask');
});
addEventListener('appinstalled', () => offer('installed'));

const acts = {
  install: async () => {
    const { outcome } = await question.prompt();
    offer(outcome === 'accepted' ? 'installed' : byHand); // a question can be asked once
  },
  // The wish is kept, so that a page that holds nothing open fulfils it: this one, loaded anew, or any later one.
  erase: () => {
    localStorage.setItem(key('erase'), '1');
    location.replace(home);
  },
};
addEventListener('click', (event) => acts[event.target.closest?.('[data-act]')?.dataset.act]?.());
addEventListener('storage', (event) => {
  if (event.key === key('erase') && event.newValue) location.replace(home);
});

const forget = (box) => Object.keys(box).filter((name) => own(name) && name !== key('erase')).forEach((name) => box.removeItem(name));
const drop = (name) => new Promise((done) => {
  const request = indexedDB.deleteDatabase(name);
  request.onsuccess = request.onerror = done;
  request.onblocked = () => tell('boot.blocked', 'Another tab still holds this device’s data. Close the other tabs of this app.');
});
const erase = async () => {
  if (!kept('erase')) return;
  // A page that is just being left may make a database once more.
  for (let rounds = 5; rounds--;) {
    const names = ((await indexedDB.databases?.()) ?? []).map((one) => one.name).filter(own);
    if (!names.length) break;
    await Promise.all(names.map(drop));
  }
  const ours = `landfall ${location.origin}${home} `; // public/sw.js
  for (const name of await caches.keys()) if (name.startsWith(ours)) await caches.delete(name);
  const worker = await navigator.serviceWorker?.getRegistration();
  if (worker?.scope === location.origin + home) await worker.unregister();
  forget(localStorage);
  localStorage.removeItem(key('erase'));
};
// Fulfils a wish to erase before the app opens. One page does; the others wait for it and find it done. What could not
// be erased is tried again at the next start.
const erased = async () => {
  forget(sessionStorage);
  sessionStorage.removeItem('landfall.draft'); // a tab's, whatever app it shows
  try {
    await navigator.locks.request(key('erase'), erase);
  } catch (error) {
    console.error(error);
    tell('boot.not_erased', 'Not everything could be erased. Close the other tabs of this app and reload the page.');
  }
  dress();
};
