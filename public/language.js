// The reader's language, before the app is there.
//
// `.ci/assets` puts this file in front of boot.js. Their own choice goes first, then the config's locale, then the first of the
// browser's languages that is built in, then English. English is part of the app; the words of every other language are
// a file, asked for while the app still loads. A tag with `-x-` (words of one's own, such as en-x-acme) and a locale that
// is not built in have a file as well.

const root = document.documentElement;

// A preference of the reader. Where storage is forbidden there is none: as the device is set.
const kept = (name) => {
  try {
    return localStorage.getItem(`landfall.${name}`);
  } catch {
    return null;
  }
};

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

// What boot.js itself has to say, in the language in use.
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
      localStorage.setItem('landfall.locale', locale);
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
addEventListener('storage', (event) => event.key === 'landfall.language' && changed());
speak(wanted()[0]);
fileOf(wanted()[1]);

