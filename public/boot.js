// Starts the app, and tells the reader when it cannot go on.
//
// The page's preload links name the glue and the wasm and carry their hashes (Trunk and .ci/seal write them), so
// this file needs no build step, no inline script is needed, and nothing runs whose hash differs.

const glue = document.querySelector('link[rel="modulepreload"][href*="landfall-"]');
const wasm = document.querySelector('link[rel="preload"][type="application/wasm"]');

// The reader's theme and density, before the first paint.
try {
  for (const name of ['theme', 'density']) document.documentElement.dataset[name] = localStorage.getItem(`landfall.${name}`) ?? '';
} catch {
  // Storage is forbidden: as the device is set.
}

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
  notice.querySelector('button').onclick = () => location.reload();
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

start().catch((error) => {
  console.error(error);
  if (stopped(error)) return;
  tell('Landfall could not be loaded. What is kept on this device is safe. Check the connection and reload the page.');
});
