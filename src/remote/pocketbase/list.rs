//! Reading: pages of changes, pages of ids, one record.
//!
//! A collection with `updated` is pulled from a place on, `(updated, id)`; the server's order is the order of text. One
//! without is pulled whole, by id, each time: its cursors name no moment and end with the last page, `None`. An
//! empty first page may be what a guest sees: it counts only after a proof of the session not older than a minute.

use super::{EMPTY_PROOF_MS, PocketBase, errors};
use crate::{
    http::{Call, HttpError, Method, Response},
    model::{Cursor, Record, Timestamp, Value, json},
    remote::{IdPage, Page, PullRequest, RemoteError},
};

/// PocketBase's own limit for a page.
const MOST_ROWS: usize = 1000;

impl PocketBase {
    pub(super) async fn page(&self, request: PullRequest) -> Result<Page, RemoteError> {
        let limit = request.limit.clamp(1, MOST_ROWS);
        if !self.undated.borrow().contains(&request.collection) {
            match self.rows(&request, true, limit).await {
                Ok(items) if items.first().is_none_or(is_dated) => {
                    return self.taken(&request, items, true, limit).await;
                }
                Ok(_) => {}
                Err(error) if error.status() == Some(400) => {} // it cannot be sorted by `updated`
                Err(error) => return Err(self.unread(&error)),
            }
        }
        let items = self.rows(&request, false, limit).await.map_err(|error| self.unread(&error))?;
        if items.first().is_some_and(|item| !is_dated(item)) {
            self.undated.borrow_mut().push(request.collection.clone());
        }
        self.taken(&request, items, false, limit).await
    }

    /// One page as it comes.
    async fn rows(&self, request: &PullRequest, dated: bool, limit: usize) -> Result<Vec<Value>, HttpError> {
        let cursor = request.cursor.as_ref();
        let filter = match cursor {
            Some(cursor) if dated && !cursor.updated.is_empty() => later_than(cursor),
            Some(cursor) if !dated && cursor.updated.is_empty() => beyond(&cursor.id),
            _ => String::new(),
        };
        let sort = if dated { "updated,id" } else { "id" };
        let call = self.listing(&request.collection, sort, &filter, limit);
        self.items(call).await
    }

    fn listing(&self, collection: &str, sort: &str, filter: &str, limit: usize) -> Call {
        let call = self.records(Method::Get, collection);
        let call = call.query("perPage", &limit.to_string()).query("skipTotal", "1").query("sort", sort);
        if filter.is_empty() { call } else { call.query("filter", filter) }
    }

    /// The items of a list; that there are none is certain.
    pub(super) async fn items(&self, call: Call) -> Result<Vec<Value>, HttpError> {
        let again = call.clone();
        let items = items_of(&self.certain(call).await?)?;
        if !items.is_empty() || self.proven_within(EMPTY_PROOF_MS) {
            return Ok(items);
        }
        self.prove().await?;
        items_of(&again.send().await?)
    }

    async fn taken(
        &self,
        request: &PullRequest,
        items: Vec<Value>,
        dated: bool,
        limit: usize,
    ) -> Result<Page, RemoteError> {
        let more = items.len() >= limit;
        let last = items.last().map(|item| place(item, dated));
        if let Some(first) = items.first() {
            self.look_for_hook(first).await;
        }
        let rows = items.into_iter().filter_map(|item| self.record_of(&request.collection, item)).collect();
        let cursor = match last {
            None if dated => request.cursor.clone(),
            last => last.filter(|_| dated || more),
        };
        Ok(Page { rows, cursor, more })
    }

    /// One record; that it is not there (or not to be seen) is certain.
    pub(super) async fn find(&self, collection: &str, id: &str) -> Result<Option<Record>, RemoteError> {
        let call = self.records(Method::Get, collection).segment(id);
        match self.certain(call).await {
            Ok(answer) => match json::parse_bytes(&answer.body) {
                Some(found) => Ok(self.take_in(collection, found).await),
                None => Err(RemoteError::Unreachable),
            },
            Err(error) if errors::is_absence(&error) => Ok(None),
            Err(error) => Err(self.unread(&error)),
        }
    }

    pub(super) async fn id_page(
        &self,
        collection: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<IdPage, RemoteError> {
        let limit = limit.clamp(1, MOST_ROWS);
        let filter = after.map(beyond).unwrap_or_default();
        let call = self.listing(collection, "id", &filter, limit).query("fields", "id");
        let items = self.items(call).await.map_err(|error| self.unread(&error))?;
        let more = items.len() >= limit;
        let id = |item: Value| json::take_text(&mut json::into_fields(item)?, "id");
        Ok(IdPage { ids: items.into_iter().filter_map(id).collect(), more })
    }

    pub(super) fn unread(&self, error: &HttpError) -> RemoteError {
        errors::unread(error, self.now_ms())
    }
}

/// Whether a row says when it was changed.
fn is_dated(item: &Value) -> bool {
    let updated = item.get("updated").and_then(Value::as_str);
    updated.is_some_and(|text| text.ends_with('Z') && Timestamp::parse(text).is_some())
}

/// Where the page after this row begins.
fn place(item: &Value, dated: bool) -> Cursor {
    let text = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    Cursor { updated: if dated { text("updated") } else { String::new() }, id: text("id") }
}

fn later_than(cursor: &Cursor) -> String {
    let (updated, id) = (quoted(&cursor.updated), quoted(&cursor.id));
    ["updated>", &updated, "||(updated=", &updated, "&&id>", &id, ")"].concat()
}

fn beyond(id: &str) -> String {
    ["id>", &quoted(id)].concat()
}

/// A text in a filter.
fn quoted(text: &str) -> String {
    ["'", &text.replace('\'', "\\'"), "'"].concat()
}

/// The items of a list's answer; anything else is no PocketBase's.
fn items_of(answer: &Response) -> Result<Vec<Value>, HttpError> {
    let list = json::parse_bytes(&answer.body).and_then(json::into_fields);
    match list {
        Some(mut list) if list.get("items").is_some_and(Value::is_array) => Ok(json::take_list(&mut list, "items")),
        _ => Err(HttpError::Unreachable),
    }
}
