//! The apps: ours, and those of `apps/`.

use super::harness::Site;

/// What tells that the files lie in the service worker's cache and ten thousand people on the disk: chunks of 200.
const OURS_IS_KEPT: &str = "(async () => {
    if (!(await navigator.serviceWorker.getRegistration())?.active) return false;
    const open = indexedDB.open('landfall/sample/local/cache');
    const database = await new Promise((done, fail) => { open.onsuccess = () => done(open.result); open.onerror = fail; });
    try {
        const range = IDBKeyRange.bound('people/', 'people/\\uffff');
        const count = database.transaction('chunks').objectStore('chunks').count(range);
        return await new Promise((done) => { count.onsuccess = () => done(count.result === 50); });
    } finally { database.close(); }
})()";

/// An app that shows the list of people.
pub struct App<'a> {
    /// What it is called.
    pub name: &'static str,
    /// What it is.
    pub words: &'static str,
    /// Its host.
    pub site: &'a Site,
    /// Where the list is, below the host's base.
    pub path: &'static str,
    /// A JavaScript expression: whether the first visit has left what the next ones find.
    pub kept: &'static str,
}

/// Ours first.
pub fn all<'a>(ours: &'a Site, others: &'a Site) -> [App<'a>; 4] {
    [
        App {
            name: "Landfall",
            words: "the published app at the sample's people: 10,000 made at the first visit, kept for the next",
            site: ours,
            path: "c/people",
            kept: OURS_IS_KEPT,
        },
        App {
            name: "React",
            words: "React 19, TanStack Query and Virtual: a virtual list of 10,000, pages of 50 fetched as they come \
                into view, no cache",
            site: others,
            path: "react/",
            kept: "true",
        },
        App {
            name: "react-admin, empty list",
            words: "react-admin 5 at a list with nothing in it; the moment is that of its words for that",
            site: others,
            path: "react-admin-empty/",
            kept: "true",
        },
        App {
            name: "react-admin, 50 rows",
            words: "the same at the first page of 10,000 people",
            site: others,
            path: "react-admin/",
            kept: "true",
        },
    ]
}
