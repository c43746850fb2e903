// Starts the app.
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

const start = async () => {
  const response = fetch(wasm.href, { integrity: wasm.dataset.integrity, credentials: 'same-origin' });
  response.catch(() => {}); // told below, once the glue is here
  const { default: init } = await import(glue.href);
  await init({ module_or_path: response });
};

start().catch((error) => {
  console.error(error);
  const notice = document.createElement('p');
  notice.setAttribute('role', 'alert');
  notice.textContent =
    'Landfall could not be loaded. What is kept on this device is safe. Check the connection and reload the page.';
  document.body.append(notice);
});
