//! What records are called.

use crate::{
    model::{Collection, Record},
    state::{Services, translation::t},
};
use leptos::prelude::*;

/// A record's title; a record without one says so.
pub fn record_title(collection: &Collection, record: &Record) -> String {
    let title = record.text(&collection.title);
    if title.is_empty() { t("record.untitled").to_owned() } else { title }
}

/// The title of another collection's record, following it; its id while it is not here.
pub fn relation_title(services: Services, to: &str, id: &str) -> String {
    let row = services.record(to, id).get();
    match (services.collection(to), row) {
        (Some(collection), Some(row)) => record_title(&collection, &row.record),
        _ => id.to_owned(),
    }
}
