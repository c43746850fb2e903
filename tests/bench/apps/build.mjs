// Bundles the apps: `node build.mjs PACKAGES OUT`, where PACKAGES is the folder that has node_modules. Each app becomes a
// folder with a page and a script whose name carries its hash.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';

const [packages, out] = process.argv.slice(2).map((folder) => path.resolve(folder));
const esbuild = createRequire(path.join(packages, 'package.json'))('esbuild');
const here = path.dirname(new URL(import.meta.url).pathname);

const apps = [
  ['react', 'react.jsx', 'people'],
  ['react-admin', 'react-admin.jsx', 'people'],
  ['react-admin-empty', 'react-admin.jsx', 'nothing'],
];

const page = (script, collection) => `<!doctype html>
<html lang="en" data-collection="${collection}">
<meta charset="utf-8">
<title>People</title>
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<script type="module" src="${script}"></script>
<div id="root"></div>
</html>
`;

fs.rmSync(out, { recursive: true, force: true });
for (const [name, source, collection] of apps) {
  const built = await esbuild.build({
    entryPoints: [path.join(here, source)],
    outdir: path.join(out, name),
    entryNames: '[name]-[hash]0', // the host knows a hash by a digit in it
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'chrome120',
    jsx: 'automatic',
    nodePaths: [path.join(packages, 'node_modules')],
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'none',
    logLevel: 'error',
    metafile: true,
  });
  const script = path.basename(Object.keys(built.metafile.outputs)[0]);
  fs.writeFileSync(path.join(out, name, 'index.html'), page(script, collection));
}
fs.writeFileSync(path.join(out, 'index.html'), page('', ''));
