/// <reference path="../pb_data/types.d.ts" />

// True conditional writes for Landfall (see docs/pocketbase.md). Copy this file into PocketBase's `pb_hooks` folder and
// add a number field `rev` to each collection that shall have them.
//
// Every update of such a record counts `rev` up. A request with `If-Match: N` is refused with 412 unless the record's
// `rev` is still N. The comparison and the write are one transaction, so two writers never both win.
//
// PocketBase reads the record before this and writes all of its columns afterwards. A record that was changed in between
// would be set back, so that is refused with 412 too, whoever asks.

onRecordUpdateRequest((e) => {
  const counts = e.collection.fields.getByName("rev");
  if (!counts || counts.type() !== "number") {
    return e.next();
  }
  const wanted = e.requestInfo().headers["if_match"] || "";
  const original = e.app;
  return original.runInTransaction((app) => {
    const stored = app.findRecordById(e.collection.id, e.record.id);
    const revision = stored.getInt("rev");
    const read = e.record.original().getInt("rev");
    if (read !== revision || (wanted !== "" && wanted !== String(revision))) {
      throw new ApiError(412, "The record has changed.");
    }
    e.record.set("rev", revision + 1);
    e.app = app;
    try {
      return e.next();
    } finally {
      e.app = original;
    }
  });
});

onRecordDeleteRequest((e) => {
  const counts = e.collection.fields.getByName("rev");
  const wanted = e.requestInfo().headers["if_match"] || "";
  if (!counts || counts.type() !== "number" || wanted === "") {
    return e.next();
  }
  const original = e.app;
  return original.runInTransaction((app) => {
    const stored = app.findRecordById(e.collection.id, e.record.id);
    if (wanted !== String(stored.getInt("rev"))) {
      throw new ApiError(412, "The record has changed.");
    }
    e.app = app;
    try {
      return e.next();
    } finally {
      e.app = original;
    }
  });
});

// How Landfall finds out that the hook is there.
routerAdd("GET", "/api/landfall", (e) => e.json(200, { rev: 1 }));
