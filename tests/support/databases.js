// The two databases of a workspace as one JSON value, and back: for fixtures of what earlier builds wrote.
({
  names: (name) => ['outbox', 'cache'].map((half) => [half, `landfall/${name}/${half}`]),

  pack: (value) => value?.b instanceof Uint8Array ? { c: value.c, b64: btoa(String.fromCharCode(...value.b)) } : value,

  unpack: (value) => value?.b64 === undefined ? value
    : { c: value.c, b: Uint8Array.from(atob(value.b64), (letter) => letter.charCodeAt(0)) },

  opened: (full, version, upgrade) => new Promise((done, fail) => {
    const request = indexedDB.open(full, version);
    request.onupgradeneeded = () => upgrade(request.result);
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  }),

  async dump(name) {
    const all = {};
    for (const [half, full] of this.names(name)) {
      const database = await this.opened(full, undefined, () => {});
      const transaction = database.transaction([...database.objectStoreNames]);
      const reads = [...database.objectStoreNames].map((table) => {
        const rows = transaction.objectStore(table);
        return [table, rows.autoIncrement, rows.getAllKeys(), rows.getAll()];
      });
      await new Promise((done) => { transaction.oncomplete = done; });
      const tables = reads.map(([table, numbered, keys, values]) => [table, {
        numbered, rows: keys.result.map((key, at) => [key, this.pack(values.result[at])]),
      }]);
      all[half] = { version: database.version, tables: Object.fromEntries(tables) };
      database.close();
    }
    return JSON.stringify(all, null, 1);
  },

  async restore(name, all) {
    for (const [half, full] of this.names(name)) {
      const tables = Object.entries(all[half].tables);
      const database = await this.opened(full, all[half].version, (made) => {
        for (const [table, { numbered }] of tables) made.createObjectStore(table, { autoIncrement: numbered });
      });
      const transaction = database.transaction(tables.map(([table]) => table), 'readwrite');
      for (const [table, { rows }] of tables) {
        for (const [key, value] of rows) transaction.objectStore(table).put(this.unpack(value), key);
      }
      await new Promise((done, fail) => { transaction.oncomplete = done; transaction.onabort = fail; });
      database.close();
    }
  },
})
