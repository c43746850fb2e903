//! What lies in the browser's databases, read past the app: the outbox, and the practice server's rows.

use super::App;
use serde_json::{Value, json};

const SERVER: &str = "sample/local/practice/outbox";

/// All rows of an object store, as `[key, clear, body]` with both texts.
const READ: &str = "
    const [name, table] = arguments;
    return new Promise((done, fail) => {
        const open = indexedDB.open(name);
        open.onupgradeneeded = () => open.transaction.abort(); // it is not ours to make
        open.onerror = () => fail(`${name}: ${open.error}`);
        open.onsuccess = () => {
            const rows = open.result.transaction(table).objectStore(table);
            const [keys, values] = [rows.getAllKeys(), rows.getAll()];
            rows.transaction.oncomplete = () => {
                open.result.close();
                const text = (row) => new TextDecoder().decode(row.b);
                done(keys.result.map((key, at) => [key, values.result[at].c, text(values.result[at])]));
            };
        };
    });";

impl App {
    async fn rows(&self, name: &str, table: &str) -> Vec<(Value, String, String)> {
        let rows = self.browser.run(READ, vec![json!(name), json!(table)]).await;
        serde_json::from_value(rows).expect("rows of key, clear text and body")
    }

    /// The databases of all accounts that hold edits; sessions and the practice server's own rows are not among them.
    async fn outboxes(&self) -> Vec<String> {
        let all: Vec<String> = self.browser.eval("(await indexedDB.databases()).map((one) => one.name).sort()").await;
        let own = |name: &String| {
            name.starts_with(&self.site.database(""))
                && name.ends_with("/outbox")
                && name.matches('/').count() == 3
                && !name.ends_with("/session/outbox")
        };
        all.into_iter().filter(own).collect()
    }

    /// The routing columns of what waits on the disk, in order.
    pub async fn entries(&self) -> Vec<Value> {
        let mut rows = Vec::new();
        for name in self.outboxes().await {
            rows.extend(self.rows(&name, "entries").await);
        }
        rows.into_iter().map(|(_, clear, _)| serde_json::from_str(&clear).expect("an entry's columns")).collect()
    }

    /// What the practice server has of a record that was written since the sample was made.
    pub async fn on_server(&self, collection: &str, id: &str) -> Option<Value> {
        let key = json!(format!("{collection}/{id}"));
        let (_, _, body) =
            self.rows(&self.site.database(SERVER), "entries").await.into_iter().find(|(found, ..)| *found == key)?;
        let row: Value = serde_json::from_str(&body).expect("a server's row");
        Some(row[1].clone())
    }

    /// How many records of the practice server have this value in this field; it knows those written since.
    pub async fn count_on_server(&self, field: &str, value: &str) -> usize {
        let rows = self.rows(&self.site.database(SERVER), "entries").await;
        let is_it = |(_, _, body): &(Value, String, String)| {
            serde_json::from_str::<Value>(body).is_ok_and(|row| row[1]["fields"][field] == value)
        };
        rows.iter().filter(|row| is_it(row)).count()
    }
}
