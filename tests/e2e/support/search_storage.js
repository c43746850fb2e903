// Looks for texts, raw and in base64, in everything that this origin keeps. Gives the places, all keys found there,
// and how much was looked through.
const needles = arguments[0];
const inBase64 = (text) => [0, 1, 2].map((shift) => btoa('x'.repeat(shift) + text).slice(shift ? 4 : 0).replace(/.{4}$/, ''));
const url = (text) => text.replaceAll('+', '-').replaceAll('/', '_');
const forms = needles.flatMap((text) => [text, ...inBase64(text), ...inBase64(text).map(url)]);
const places = [], keys = [];
let length = 0;
const look = (place, text) => {
    length += text.length;
    if (forms.some((form) => text.includes(form))) places.push(place);
};
const bytes = (buffer) => new TextDecoder('latin1').decode(buffer);
const walk = (place, value) => {
    if (value instanceof CryptoKey) keys.push({ place, extractable: value.extractable });
    else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) look(place, bytes(value));
    else if (value && typeof value === 'object') Object.entries(value).forEach(([name, part]) => (look(place, name), walk(place, part)));
    else look(place, String(value));
};
const opened = (name) => new Promise((done, fail) => {
    const open = indexedDB.open(name);
    [open.onsuccess, open.onerror] = [() => done(open.result), () => fail(open.error)];
});
const settled = (request) => new Promise((done, fail) => ([request.onsuccess, request.onerror] = [() => done(request.result), () => fail(request.error)]));
return (async () => {
    for (const [name, store] of Object.entries({ localStorage, sessionStorage })) walk(name, { ...store });
    look('cookies', document.cookie);
    look('address', location.href + JSON.stringify(history.state));
    for (const { name } of await indexedDB.databases()) {
        const database = await opened(name);
        for (const table of database.objectStoreNames) {
            const rows = database.transaction(table).objectStore(table);
            const [found, values] = [rows.getAllKeys(), rows.getAll()];
            walk(`${name} ${table}`, await settled(found));
            walk(`${name} ${table}`, await settled(values));
        }
        database.close();
    }
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            look(`cache ${name}`, request.url + JSON.stringify([...request.headers]));
            look(`cache ${name}`, bytes(await (await cache.match(request)).arrayBuffer()));
        }
    }
    return { places: [...new Set(places)], keys, length };
})();
