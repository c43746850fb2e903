//! The other apps' API: the sample's people as JSON files, made beforehand and compressed, so that asking costs nothing
//! but the way.

use landfall::model::{Timestamp, json};
use landfall::remote::simulated::Sample;
use std::path::Path;
use std::process::Command;

/// Rows on a page.
const PAGE: usize = 50;

/// Writes `people-N.json` (`{"total", "items"}`) for every page, and `nothing-0.json`.
pub fn write(folder: &Path) {
    if folder.exists() {
        std::fs::remove_dir_all(folder).expect("earlier files can go");
    }
    std::fs::create_dir_all(folder).expect("a folder");
    let sample = Sample::new(1, Timestamp(1_767_225_600_000));
    let people: Vec<String> = sample.records("people").map(|person| item(&person)).collect();
    let mut files = vec![folder.join("nothing-0.json")];
    std::fs::write(&files[0], r#"{"total":0,"items":[]}"#).expect("a file");
    for (number, items) in people.chunks(PAGE).enumerate() {
        let file = folder.join(format!("people-{number}.json"));
        let text = format!(r#"{{"total":{},"items":[{}]}}"#, people.len(), items.join(","));
        std::fs::write(&file, text).expect("a file");
        files.push(file);
    }
    let status = Command::new("brotli").args(["-q", "5"]).args(&files).status();
    assert!(status.is_ok_and(|status| status.success()), "brotli compresses (see .ci/setup --bench)");
}

fn item(person: &landfall::model::Record) -> String {
    let fields = json::fields_text(&person.fields);
    format!(r#"{{"id":"{}",{}"#, person.id, fields.trim_start_matches('{'))
}
