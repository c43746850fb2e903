// Starts the app, and tells the reader when it cannot go on.
//
// The page's preload links name the glue and the wasm and carry their hashes (Trunk and .ci/seal write them), so
// this file needs no build step, no inline script is needed, and nothing runs whose hash differs.

const glue = document.querySelector('link[rel="modulepreload"][href*="landfall-"]');
const wasm = document.querySelector('link[rel="preload"][type="application/wasm"]');

// The words for a first visit (index.html) are not for later ones.
root.toggleAttribute('data-first', kept('workspace') === null);

// The reader's language: their own choice, else the config's locale, else the first of the browser's that is built in,
// else English. English is part of the app; the words of every other are a file, asked for while the app still loads.
// A tag with `-x-` (words of one's own, such as en-x-acme) and a locale that is not built in have a file as well.
const languages = ['en', 'id'];
const base = (tag) => tag.split('-')[0];
const tagOf = (text) => {
  try {
    return text ? Intl.getCanonicalLocales(text)[0] : undefined;
  } catch {
    console.warn(`Landfall: "${text}" is no language tag`);
  }
};

// Two tags: of numbers and dates (someone who reads en-US and chose English gets those of en-US), and of the file.
const wanted = () => {
  const browsers = navigator.languages.map(tagOf).filter(Boolean);
  const tag = tagOf(kept('language')) ?? tagOf(kept('locale')) ?? browsers.find((own) => languages.includes(base(own))) ?? 'en';
  const regional = browsers.find((own) => own.startsWith(`${tag}-`));
  const builtIn = languages.includes(base(tag)) && !tag.includes('-x-');
  return [regional ?? (tag === 'en' ? 'en-GB' : tag), builtIn ? base(tag) : tag];
};

// What this file itself has to say, in the language in use.
let words = {};
const files = {};
const read = async (file) => {
  try {
    const response = await fetch(`lang/${file}.json`, { cache: 'no-cache' });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const text = await response.text();
    const found = { text, words: JSON.parse(text) };
    if (wanted()[1] === file) words = found.words;
    return found;
  } catch (error) {
    console.warn(`Landfall: lang/${file}.json cannot be used, so English is shown. ${error}`);
    delete files[file]; // it may be there the next time
  }
};
const fileOf = (file) => (file === 'en' ? { text: '', words: {} } : (files[file] ??= read(file)));

const speak = (tag) => {
  root.lang = tag;
  root.dir = /^(ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)\b/.test(tag) ? 'rtl' : 'ltr';
};

// For the app: the tag and the text of the file, which is empty for English. It never waits longer than a second: a file
// that comes later is told to the app, and so is what the reader chooses in another tab.
globalThis.landfallLanguage = async (locale) => {
  if (locale !== undefined && locale !== (kept('locale') ?? '')) {
    try {
      localStorage.setItem(key('locale'), locale);
    } catch {
      // Then it is known only after the config has been read.
    }
  }
  const [tag, file] = wanted();
  const reading = fileOf(file);
  const second = new Promise((end) => setTimeout(end, 1000, 'late'));
  const found = await Promise.race([reading, second]);
  if (wanted()[0] !== tag) return landfallLanguage();
  if (found === 'late') reading.then((late) => late && changed());
  words = found?.words ?? {};
  const spoken = found?.words ? tag : 'en-GB';
  speak(spoken);
  return [spoken, found?.text ?? ''];
};
const changed = () => dispatchEvent(new Event('landfall:language'));
addEventListener('storage', (event) => event.key === key('language') && changed());
speak(wanted()[0]);
fileOf(wanted()[1]);

// On a first visit the config is asked for while the app still loads, and lies there as the kept copy when the app looks
// (src/composition/config.rs). If the answer is not here by then, the app asks itself, and this one is not kept: the app
// may have found a mistake in the file, and the next start is to ask anew.
let asking = true;
const ask = async () => {
  if (kept('config') !== null || kept('erase')) return;
  const answer = await fetch('landfall.json', { cache: 'no-cache', signal: AbortSignal.timeout(5000) });
  const text = answer.ok ? await answer.text() : '';
  if (asking && (answer.ok || answer.status === 404) && kept('config') === null) {
    localStorage.setItem(key('config'), text.trimStart().startsWith('<') ? '' : text);
  }
};
ask().catch(() => {});

// Held to its hash before anything of it runs, the unpacker too.
const download = async () => {
  const response = await fetch(wasm.href, { integrity: wasm.dataset.integrity, credentials: 'same-origin' });
  return unpacked(await response.arrayBuffer());
};

const start = async () => {
  const code = download();
  code.catch(() => {}); // told below, once the glue is here
  const glued = import(glue.href);
  if (kept('erase')) {
    await Promise.allSettled([code, glued]); // what the app needs is here before its files are erased
    await erased();
  }
  const app = await glued;
  await app.default({ module_or_path: code });
  asking = false;
};

// Once, whatever follows from it. In an open dialog, because all else cannot be reached then.
let told = false;
const tell = (key, english) => {
  if (told) return;
  told = true;
  const notice = document.createElement('div');
  notice.className = 'toasts';
  notice.innerHTML = '<div class="toast bad" role="alert"><span></span><button class="button small"></button></div>';
  notice.querySelector('span').textContent = words[key] ?? english;
  notice.querySelector('button').textContent = words['trouble.reload'] ?? 'Reload';
  notice.querySelector('button').onclick = landfallUpdate;
  (document.querySelector('dialog:modal') ?? document.body).append(notice);
};

// A released app stops where it finds itself in the wrong: the browser calls that a RuntimeError, and has put it into
// the console. A development build says there what it was.
const stopped = (error) => {
  const ours = error instanceof WebAssembly.RuntimeError;
  if (ours) tell('boot.stopped', 'Something went wrong here. What is saved on this device is safe. Reload the page.');
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
    tell('boot.not_loaded', 'Landfall could not be loaded. What is kept on this device is safe. Check the connection and reload the page.');
  })
  .finally(() => worker && navigator.serviceWorker && whenIdle(() => register().catch(console.warn)));
