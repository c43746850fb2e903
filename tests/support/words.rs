//! Every word that the app has in English, from where it is written: the table, the page's scripts, the sample's schema.
//!
//! What other languages are held to, and what the pseudo-languages of the browser tests are made from.

use std::collections::BTreeMap;
use std::{fs, path::Path};

/// A file of the package.
pub fn package_file(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Key and English words.
pub fn english() -> BTreeMap<String, String> {
    let mut words = table();
    assert!(words.len() > 300, "the table was not understood");
    words.extend(boot());
    words.extend(sample());
    words
}

fn table() -> BTreeMap<String, String> {
    serde_json::from_str(&package_file("src/state/translation/en.json")).expect("one flat object")
}

/// What `device.js` and `boot.js` tell before any table is there: `tell('key', 'words')`.
pub fn boot() -> BTreeMap<String, String> {
    let script = [package_file("public/device.js"), package_file("public/boot.js")].concat();
    let calls = script.split("tell('").skip(1).filter_map(|call| {
        let (key, rest) = call.split_once("', '")?;
        Some((key.to_owned(), rest.split_once("')")?.0.to_owned()))
    });
    calls.collect()
}

/// What the sample's collections and fields are called.
pub fn sample() -> BTreeMap<String, String> {
    let mut words = BTreeMap::from([("sample.workspace".to_owned(), "Sample".to_owned())]);
    for collection in landfall::remote::simulated::collections() {
        words.insert(format!("sample.{}", collection.name), collection.label);
        words.extend(collection.fields.into_iter().map(|field| (format!("sample.{}", field.name), field.label)));
    }
    words
}
