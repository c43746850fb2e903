//! Files of a record: shown as pictures and links, chosen, dropped or pasted, and taken away.
//!
//! A chosen file is kept on this device at once and stands in the draft as a token; it is sent with the edit
//! that names it. Nothing of a file's content ever becomes markup: a picture is an `img`, the rest is a link.

use super::Draft;
use crate::{
    model::{Entry, Field, FieldType, LocalFile, Value, value},
    state::{
        FilePlace, RwSignal, StoredValue, format, not_saved,
        translation::{fill, t},
    },
    ui::{
        components::{Icon, icon, icon_button, upload_progress},
        context::{Ui, ui},
        dom::{El, Preview, View, bytes_of, document, dynamic, el, empty_control, files_in, focus, keyed, spawn},
        file_name,
    },
};
use leptos::prelude::*;
use std::rc::Rc;
use web_sys::{Event, File};

/// The files of a field: each with its picture or icon, and the way to choose more.
pub fn files(draft: Draft, field: &Field, id: &str) -> El {
    let picker = Picker { ui: ui(), draft, field: StoredValue::new(field.clone()), busy: RwSignal::new(false) };
    let items = keyed(move || picker.held().iter().map(key_of).collect(), move |key| picker.item(key));
    let shown = el("div").class("files").child(el("ul").child(items));
    if field.read_only || !picker.ui.services.has_files() { shown } else { shown.child(picker.choose(field, id)) }
}

/// Tells a field's files apart: a token's id, else the name.
fn key_of(held: &Value) -> String {
    LocalFile::of(held).map_or_else(|| value::text(held), |token| token.id)
}

#[derive(Clone, Copy)]
struct Picker {
    ui: Ui,
    draft: Draft,
    field: StoredValue<Field>,
    busy: RwSignal<bool>,
}

impl Picker {
    fn many(self) -> bool {
        self.field.with_value(|field| field.kind == FieldType::File { many: true })
    }

    /// The files that the field holds as it stands.
    fn held(self) -> Vec<Value> {
        match self.field.with_value(|field| self.draft.value(field)) {
            Value::Array(held) => held,
            nothing if value::is_empty(Some(&nothing)) => Vec::new(),
            one => vec![one],
        }
    }

    fn set(self, mut held: Vec<Value>) {
        let value = if self.many() { Value::Array(held) } else { held.pop().unwrap_or_default() };
        self.field.with_value(|field| self.draft.touch(&field.name, value));
    }

    /// The control; what is dropped or pasted beside it counts too.
    fn choose(self, field: &Field, id: &str) -> El {
        let words = move || {
            let words = match (self.busy.get(), self.many()) {
                (true, _) => t("file.reading"),
                (_, true) => t("file.choose.many"),
                _ if self.held().is_empty() => t("file.choose"),
                _ => t("file.replace"),
            };
            words.to_owned()
        };
        let input = el("input")
            .attrs(&[("type", "file"), ("class", "unseen"), ("id", id), ("name", &field.name)])
            .attr("aria-describedby", &[id, "-said"].concat())
            .flag("multiple", self.many())
            .on("change", move |event| {
                self.take(&event);
                empty_control(&event);
            });
        let named = el("span").class("unseen").text(" ").text(&field.label);
        let label = el("label").class("button small").child(icon(Icon::Plus)).child(el("span").text_of(words));
        el("div")
            .class("row")
            .on("dragover", |event| event.prevent_default())
            .on("drop", move |event| self.take(&event))
            .on("paste", move |event| self.take(&event))
            .child(label.child(named).child(input))
            .child(el("span").class("hint").text(t("file.drop")))
    }

    /// Takes the files that an event brings; whatever else it brings is the browser's.
    fn take(self, event: &Event) {
        let mut chosen = files_in(event);
        if chosen.is_empty() {
            return;
        }
        event.prevent_default();
        if !self.many() {
            chosen.truncate(1);
        }
        self.busy.set(true);
        spawn(async move {
            for file in chosen {
                if let Err(why) = self.keep(&file).await {
                    self.ui.services.notices().error(not_saved(&why).to_owned());
                }
            }
            self.busy.try_set(false);
        });
    }

    async fn keep(self, file: &File) -> Result<(), String> {
        let bytes = bytes_of(file).await.ok_or("file")?;
        let token = self.ui.services.attach(bytes, file.name(), file.type_());
        // The form may have been left meanwhile.
        if self.busy.try_get_untracked().is_some() {
            let mut held = if self.many() { untrack(|| self.held()) } else { Vec::new() };
            held.push(token.to_value());
            self.set(held);
        }
        Ok(())
    }

    fn remove(self, key: &str) {
        let mut held = untrack(|| self.held());
        held.retain(|one| key_of(one) != key);
        self.set(held);
        // The button goes with its file; the focus stays at the field.
        focus(document().get_element_by_id(&self.field.with_value(|field| self.draft.id_of(field))));
    }

    fn item(self, key: &str) -> El {
        let held = untrack(|| self.held()).into_iter().find(|held| key_of(held) == key).unwrap_or_default();
        let name = file_name::shown(&held);
        let words = el("span").attrs(&[("class", "cut"), ("dir", "auto")]).text(&name);
        let (picture, words) = match LocalFile::of(&held) {
            Some(token) => (self.preview(&token), el("span").child(words).child(self.told(token))),
            None => self.on_server(&value::text(&held), words),
        };
        let item = el("li").child(el("span").class("thumb").child(picture)).child(words);
        if self.field.with_value(|field| field.read_only) {
            return item;
        }
        let (key, label) = (key.to_owned(), fill("file.remove", &[("name", &name)]));
        item.child(icon_button(Icon::Close, &label, "button bare square small", move || self.remove(&key)))
    }

    /// A file of the server: its small picture, and its name as a link.
    fn on_server(self, name: &str, words: El) -> (View, El) {
        let address = |thumb: bool| {
            let live = self.draft.live.get_untracked()?;
            let collection = self.draft.collection.with_value(|own| own.name.clone());
            self.field.with_value(|field| {
                let (collection, record, field) = (&*collection, &*live.record.id, &*field.name);
                self.ui.services.file_address(&FilePlace { collection, record, field, name, thumb })
            })
        };
        let small = address(true).filter(|_| file_name::is_picture(name, ""));
        let link = |address: String| {
            el("a")
                .attrs(&[("target", "_blank"), ("rel", "external noopener noreferrer"), ("href", &address)])
                .attr("title", name)
        };
        let words = match address(false) {
            Some(address) => el("span").child(link(address).child(words)),
            None => el("span").child(words),
        };
        (small.map_or_else(|| icon(Icon::File), |address| image(&address)).into(), words)
    }

    /// A picture of bytes that are here.
    fn preview(self, token: &LocalFile) -> View {
        if !file_name::is_picture(&token.name, &token.content_type) {
            return icon(Icon::File).into();
        }
        let (here, drawn) = (RwSignal::new(false), StoredValue::new(None::<Rc<Preview>>));
        let read = self.ui.services.local_file(&token.id);
        spawn(async move {
            if let Some(preview) = read.await.and_then(|bytes| Preview::new(&bytes)) {
                drawn.try_update_value(|drawn| *drawn = Some(preview));
                here.try_set(true);
            }
        });
        dynamic(move || {
            let _ = here.get();
            let drawn = drawn.get_value();
            drawn.map_or_else(|| icon(Icon::File), |preview| image(preview.address())).into()
        })
    }

    /// Of a file that the server has not: its size, whether it is saved, how far it has gone out.
    fn told(self, token: LocalFile) -> View {
        let (size, id) = (format::bytes(token.size), token.id);
        let field = self.field.with_value(|field| field.name.clone());
        let key = id.clone();
        let words = move || {
            let live = self.draft.live.get();
            let saved = live.as_ref().and_then(|row| row.record.get(&field)).is_some_and(|value| holds(value, &key));
            [size.as_str(), " · ", if saved { t("sync.saved") } else { t("file.unsaved") }].concat()
        };
        let sends = move |entry: &Entry| LocalFile::all(&entry.body.changes).iter().any(|(_, file)| file.id == id);
        vec![el("small").class("soft").text_of(words).into(), upload_progress(self.ui, sends)].into()
    }
}

fn holds(value: &Value, key: &str) -> bool {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice).iter().any(|held| key_of(held) == key)
}

fn image(address: &str) -> El {
    el("img").attrs(&[("src", address), ("alt", ""), ("loading", "lazy"), ("decoding", "async")])
}
