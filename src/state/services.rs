//! What screens are given: data as signals, edits as commands.
//!
//! One `Copy` handle over the store, the repository and the engine of the open workspace. A single
//! subscription turns change sets into signals; a row's signal exists while someone looks at it.

use super::link::Link;
use super::live_list::LiveList;
use super::notices::Notices;
use super::row_view::RowView;
use super::signal::{ArcRwSignal, RwSignal, Signal};
use super::sync_status::SyncStatus;
use super::translation;
use crate::local::{Store, StoreError, Subscription};
use crate::model::practice::PracticeSettings;
use crate::model::{
    ChangeSet, Collection, Entry, EntryKey, FieldError, Fields, LocalFile, Query, RecordId, RecordMap, Timestamp,
    Value, json,
};
use crate::platform::{Clock, Preferences};
use crate::repository::{self, OfflineFirst, Saved, UndoStep};
use crate::sync::Engine;
use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;

/// Whether edits outlive this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// On this device.
    Persistent,
    /// Only while this tab is open.
    OnlyThisTab,
}

/// What does not change while a workspace is open.
#[derive(Clone, Debug)]
pub struct WorkspaceFacts {
    /// Its id in the config.
    pub id: String,
    /// Its visible name.
    pub label: String,
    /// Whether its backend is the practice server.
    pub is_practice: bool,
    /// Whether it is the built-in sample.
    pub sample: bool,
    /// Whether edits outlive this page.
    pub kept: Kept,
    /// What the config has that is not known.
    pub warnings: Vec<String>,
}

/// One entry of the outbox, with the words to show it.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxItem {
    /// The entry.
    pub entry: Rc<Entry>,
    /// What its record is called.
    pub title: String,
    /// What its collection is called.
    pub collection_label: String,
}

/// Why an edit was not saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditError {
    /// Some values break the rules.
    Invalid(Vec<FieldError>),
    /// The device could not keep it; the word says why (`quota`, `newer_version`, `gone`, …).
    NotSaved(String),
}

impl From<repository::EditError> for EditError {
    fn from(error: repository::EditError) -> Self {
        match error {
            repository::EditError::Invalid(errors) => Self::Invalid(errors),
            repository::EditError::NoRecord => Self::NotSaved("gone".into()),
            repository::EditError::NotSaved(error) => Self::NotSaved(error.reason().into()),
        }
    }
}

/// What the practice panel can ask for beyond its switches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PracticeAct {
    /// Someone else edits a record now.
    SomeoneEdits,
    /// Someone else changes this record's title.
    StageConflict(String, RecordId),
    /// Everything of the sample workspace is erased, and the page opens anew.
    StartOver,
}

/// What the composition hands in.
pub struct Parts {
    /// What does not change.
    pub facts: WorkspaceFacts,
    /// The schemas in the order in which they are shown.
    pub collections: Vec<Rc<Collection>>,
    /// The data.
    pub store: Store,
    /// Time, for display.
    pub clock: Rc<dyn Clock>,
    /// The user's side.
    pub repository: OfflineFirst,
    /// The server's side.
    pub engine: Rc<Engine>,
    /// Small choices.
    pub preferences: Rc<dyn Preferences>,
    /// Puts the number of waiting entries on the app's icon.
    pub set_badge: fn(usize),
    /// Opens the page anew with the version that waits.
    pub update: fn(),
    /// Whether a network is there.
    pub online: Box<dyn Fn() -> bool>,
    /// The "work offline" switch as it stands.
    pub offline: bool,
    /// Sets the "work offline" switch.
    pub set_offline: Box<dyn Fn(bool)>,
    /// The practice panel, where the backend is the practice server.
    pub practice: Option<(PracticeSettings, Box<dyn Fn(PracticeAct)>)>,
    /// Account, files, storage, neighbours, guarantees.
    pub link: Link,
}

type RowSignal = ArcRwSignal<Option<Rc<RowView>>>;

pub(super) struct Inner {
    pub(super) store: Store,
    pub(super) facts: Rc<WorkspaceFacts>,
    schemas: Vec<Rc<Collection>>,
    /// The schemas, called as the language in use calls them.
    collections: RefCell<Rc<Vec<Rc<Collection>>>>,
    pub(super) clock: Rc<dyn Clock>,
    pub(super) repository: OfflineFirst,
    pub(super) engine: Rc<Engine>,
    pub(super) preferences: Rc<dyn Preferences>,
    set_badge: fn(usize),
    update: fn(),
    online: Box<dyn Fn() -> bool>,
    practice: Option<Box<dyn Fn(PracticeAct)>>,
    practice_settings: Option<RwSignal<PracticeSettings>>,
    offline: RwSignal<bool>,
    pub(super) install_hint: RwSignal<bool>,
    /// Rows that someone looks at, and how many do.
    rows: RefCell<RecordMap<(RowSignal, usize)>>,
    /// How many rows each collection has here; nothing while none has come and more may.
    counts: Vec<(String, ArcRwSignal<Option<usize>>)>,
    pub(super) status: ArcRwSignal<SyncStatus>,
    pub(super) outbox: ArcRwSignal<Rc<Vec<OutboxItem>>>,
    recent: ArcRwSignal<Vec<(String, RecordId)>>,
    pub(super) notices: Notices,
    pub(super) link: Link,
    /// The bytes of files that were chosen and not yet saved, by their tokens' ids.
    pub(super) picked: RefCell<Vec<(String, Rc<[u8]>)>>,
    /// Raised when something of the link changed.
    pub(super) link_version: ArcRwSignal<u64>,
    /// How far the refresh is that someone asked for.
    refreshing: RwSignal<Refreshing>,
    _subscription: RefCell<Option<Subscription>>,
}

/// Data and commands of the open workspace.
#[derive(Clone, Copy)]
pub struct Services(StoredValue<Rc<Inner>, LocalStorage>);

/// Where the recently opened records are remembered.
const RECENT: &str = "recent";
/// How many of them.
const RECENT_ROWS: usize = 8;
/// Where the practice panel's switches are remembered.
pub const PRACTICE: &str = "practice";

impl Services {
    /// Signals over the parts of an open workspace.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let store = parts.store.clone();
        let ended = parts.link.session_ended();
        let status = SyncStatus::new(&store.outbox(), &parts.engine.state(), (parts.online)(), ended);
        let counts = parts
            .collections
            .iter()
            .map(|found| (found.name.clone(), ArcRwSignal::new(known_count(&store, &found.name))));
        let recent = parts.preferences.get(RECENT).and_then(|text| read_recent(&text));
        let (settings, act) = parts.practice.unzip();
        let inner = Rc::new(Inner {
            facts: Rc::new(parts.facts),
            collections: RefCell::new(Rc::new(parts.collections.clone())),
            clock: parts.clock,
            repository: parts.repository,
            engine: parts.engine,
            preferences: parts.preferences,
            set_badge: parts.set_badge,
            update: parts.update,
            online: parts.online,
            practice: act,
            practice_settings: settings.map(RwSignal::new),
            offline: RwSignal::new(parts.offline),
            install_hint: RwSignal::new(false),
            rows: RefCell::default(),
            counts: counts.collect(),
            schemas: parts.collections,
            status: ArcRwSignal::new(status),
            outbox: ArcRwSignal::new(Rc::default()),
            recent: ArcRwSignal::new(recent.unwrap_or_default()),
            notices: Notices::default(),
            link: parts.link,
            picked: RefCell::default(),
            link_version: ArcRwSignal::new(0),
            refreshing: RwSignal::new(Refreshing::No),
            store,
            _subscription: RefCell::default(),
        });
        let weak = Rc::downgrade(&inner);
        let subscription = inner.store.subscribe(move |changes| {
            if let Some(inner) = weak.upgrade() {
                inner.take_in(changes);
            }
        });
        *inner._subscription.borrow_mut() = Some(subscription);
        let weak = Rc::downgrade(&inner);
        inner.engine.watch(move |_| {
            if let Some(inner) = weak.upgrade() {
                inner.show_status();
                inner.show_refresh();
                inner.link_version.update(|version| *version += 1);
            }
        });
        inner.show_outbox();
        let services = Self(StoredValue::new_local(inner));
        services.keep_switches(parts.set_offline);
        services
    }

    /// Switches are signals that the screen sets; what they switch is told here.
    fn keep_switches(self, set_offline: Box<dyn Fn(bool)>) {
        let inner = self.inner();
        let set_offline = StoredValue::new_local(set_offline);
        let offline = inner.offline;
        Effect::watch(
            move || offline.get(),
            move |offline, _, _: Option<()>| set_offline.with_value(|set| set(*offline)),
            false,
        );
        if let Some(settings) = inner.practice_settings {
            let keep = move |settings: &PracticeSettings| {
                let text = settings.to_json();
                self.inner().preferences.set(PRACTICE, &text);
                self.inner().engine.refresh(None);
            };
            Effect::watch(move || settings.get(), move |now, _, _: Option<()>| keep(now), false);
        }
    }

    pub(super) fn inner(self) -> Rc<Inner> {
        self.0.get_value()
    }

    /// To be called when the network came or went.
    pub fn network_changed(self) {
        self.inner().show_status();
    }

    /// This moment, by the device's clock; for display only.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner().clock.now()
    }

    /// The schemas in the order in which they are shown.
    #[must_use]
    pub fn collections(&self) -> Rc<Vec<Rc<Collection>>> {
        self.inner().collections()
    }

    /// Calls the sample's collections and fields as the language in use does. Those of others keep their names.
    pub fn speak(self) {
        let inner = self.inner();
        if inner.facts.is_practice {
            let schemas = inner.schemas.iter().map(|schema| Rc::new(translation::sample_schema(schema)));
            *inner.collections.borrow_mut() = Rc::new(schemas.collect());
            inner.show_outbox();
        }
    }

    /// One schema.
    #[must_use]
    pub fn collection(&self, name: &str) -> Option<Rc<Collection>> {
        self.inner().collections().iter().find(|found| found.name == name).cloned()
    }

    /// What does not change.
    #[must_use]
    pub fn workspace(&self) -> Rc<WorkspaceFacts> {
        self.inner().facts.clone()
    }

    /// A live list, until the present owner ends.
    #[must_use]
    pub fn list(&self, collection: &str, query: Signal<Query>) -> LiveList {
        LiveList::new(*self, collection, query)
    }

    /// A record, until the present owner ends; `None` while it is not there.
    #[must_use]
    pub fn record(&self, collection: &str, id: &str) -> Signal<Option<Rc<RowView>>> {
        let inner = self.inner();
        let key = (collection.to_owned(), id.to_owned());
        let signal = {
            let mut rows = inner.rows.borrow_mut();
            if let Some((signal, looking)) = rows.get_mut(collection, id) {
                *looking += 1;
                signal.clone()
            } else {
                let signal = ArcRwSignal::new(RowView::read(&inner.store, collection, id));
                rows.insert(collection, id, (signal.clone(), 1));
                signal
            }
        };
        let services = *self;
        on_cleanup(move || services.look_away(&key));
        Signal::derive(move || signal.get())
    }

    fn look_away(self, key: &(String, RecordId)) {
        let Some(inner) = self.0.try_get_value() else { return };
        let mut rows = inner.rows.borrow_mut();
        if let Some((_, looking)) = rows.get_mut(&key.0, &key.1) {
            *looking -= 1;
            if *looking == 0 {
                rows.remove(&key.0, &key.1);
            }
        }
    }

    /// What the chip says.
    #[must_use]
    pub fn sync_status(&self) -> Signal<SyncStatus> {
        let status = self.inner().status.clone();
        Signal::derive(move || status.get())
    }

    /// What waits, in order.
    #[must_use]
    pub fn outbox(&self) -> Signal<Rc<Vec<OutboxItem>>> {
        let outbox = self.inner().outbox.clone();
        Signal::derive(move || outbox.get())
    }

    /// How many records a collection has here; nothing while none has come and more may.
    #[must_use]
    pub fn count(&self, collection: &str) -> Signal<Option<usize>> {
        let inner = self.inner();
        let found = inner.counts.iter().find(|(name, _)| name == collection);
        let count = found.map(|(_, count)| count.clone()).unwrap_or_default();
        Signal::derive(move || count.get())
    }

    /// Whether all of a collection is here: pulled at least once, and loaded. Followed.
    #[must_use]
    pub fn is_complete(&self, collection: &str) -> bool {
        let inner = self.inner();
        inner.status.track();
        let _ = inner.count_of(collection);
        inner.store.complete() && inner.store.pull_state(collection).complete
    }

    /// Records opened or edited lately, latest first.
    #[must_use]
    pub fn recent(&self) -> Signal<Rc<Vec<(String, Rc<RowView>)>>> {
        let inner = self.inner();
        Signal::derive(move || {
            inner.outbox.track();
            let read = |(collection, id): &(String, RecordId)| {
                Some((collection.clone(), RowView::read(&inner.store, collection, id)?))
            };
            Rc::new(inner.recent.with(|recent| recent.iter().filter_map(read).collect()))
        })
    }

    /// Remembers that a record was opened.
    pub fn opened(&self, collection: &str, id: &str) {
        let inner = self.inner();
        let key = (collection.to_owned(), id.to_owned());
        inner.recent.update(|recent| {
            recent.retain(|other| *other != key);
            recent.insert(0, key);
            recent.truncate(RECENT_ROWS);
        });
        let text = inner.recent.with_untracked(|recent| write_recent(recent));
        inner.preferences.set(RECENT, &text);
    }

    /// Makes a record; ends when it is saved on this device.
    #[must_use]
    pub fn create(&self, collection: &str, fields: Fields) -> Command<(RecordId, UndoStep)> {
        let (inner, collection, services) = (self.inner(), collection.to_owned(), *self);
        let files = inner.files_of(&fields);
        Box::pin(async move {
            let Saved { id, undo } = inner.repository.create_with_files(&collection, fields, files).await?;
            services.opened(&collection, &id);
            inner.edited();
            Ok((id, undo))
        })
    }

    /// Sets fields of a record; `base` holds their values when the user began.
    #[must_use]
    pub fn patch(&self, collection: &str, id: &str, base: Fields, changes: Fields) -> Command<UndoStep> {
        let (inner, collection, id) = (self.inner(), collection.to_owned(), id.to_owned());
        let files = inner.files_of(&changes);
        Box::pin(async move {
            let saved = inner.repository.patch_with_files(&collection, &id, &base, changes, files).await?;
            inner.edited();
            Ok(saved.undo)
        })
    }

    /// Deletes a record.
    #[must_use]
    pub fn delete(&self, collection: &str, id: &str) -> Command<UndoStep> {
        let (inner, collection, id) = (self.inner(), collection.to_owned(), id.to_owned());
        Box::pin(async move {
            let deleted = inner.repository.delete(&collection, &id).await?;
            inner.edited();
            Ok(deleted.undo)
        })
    }

    /// Takes an edit back.
    #[must_use]
    pub fn undo(&self, step: UndoStep) -> Command<()> {
        let inner = self.inner();
        Box::pin(async move { Ok(inner.repository.undo(step).await?) })
    }

    /// Sends a refused entry again as it is.
    pub fn retry(&self, key: EntryKey) {
        let inner = self.inner();
        self.act(Box::pin(async move { inner.store.retry(key).await }));
    }

    /// Lets an entry go.
    pub fn discard(&self, key: EntryKey) {
        let inner = self.inner();
        self.act(Box::pin(async move { inner.store.discard(key).await }));
    }

    /// Gives a refused entry new values and sends it again.
    #[must_use]
    pub fn mend(&self, key: EntryKey, changes: Fields) -> Command<()> {
        let inner = self.inner();
        let files = inner.files_of(&changes);
        Box::pin(async move { Ok(inner.repository.mend_with_files(key, changes, files).await?) })
    }

    /// Resolves a conflict for this device's values.
    pub fn keep_mine(&self, key: EntryKey) {
        let inner = self.inner();
        self.act(Box::pin(async move { inner.store.keep_mine(key, &inner.repository.new_op_id()).await }));
    }

    /// Resolves a conflict for the server's values.
    pub fn take_theirs(&self, key: EntryKey) {
        self.discard(key);
    }

    /// Runs a command on the outbox. An entry that is gone already needs no word: the list shows it.
    fn act(self, command: LocalBoxFuture<'static, Result<(), StoreError>>) {
        let notices = self.notices();
        spawn(Box::pin(async move {
            if let Err(error) = command.await
                && error != StoreError::EntryGone
            {
                notices.error(not_saved(error.reason()).to_owned());
            }
        }));
    }

    /// Pulls a collection, or all, soon; a notice tells the end.
    pub fn refresh(&self, collection: Option<&str>) {
        let inner = self.inner();
        inner.refreshing.set(Refreshing::Asked(inner.engine.state().synced_at));
        // A tab that does not lead hears only of the end of a pull of all.
        inner.engine.refresh(collection.filter(|_| inner.engine.state().leading));
        inner.show_refresh();
    }

    /// Whether a refresh that someone asked for is under way.
    #[must_use]
    pub fn refreshing(&self) -> Signal<bool> {
        let refreshing = self.inner().refreshing;
        Signal::derive(move || refreshing.get() != Refreshing::No)
    }

    /// Opens the page anew with the version that waits.
    pub fn update(&self) {
        (self.inner().update)();
    }

    /// The "work offline" switch.
    #[must_use]
    pub fn offline_switch(&self) -> RwSignal<bool> {
        self.inner().offline
    }

    /// The practice panel's switches, where the backend is the practice server.
    #[must_use]
    pub fn practice(&self) -> Option<RwSignal<PracticeSettings>> {
        self.inner().practice_settings
    }

    /// Someone else changes this record's title (practice only).
    pub fn stage_conflict(&self, collection: &str, id: &str) {
        self.practise(PracticeAct::StageConflict(collection.to_owned(), id.to_owned()));
    }

    /// Someone else edits a record now (practice only).
    pub fn someone_edits(&self) {
        self.practise(PracticeAct::SomeoneEdits);
    }

    /// Erases the sample workspace and opens it anew (practice only).
    pub fn reset_practice(&self) {
        self.practise(PracticeAct::StartOver);
    }

    fn practise(self, act: PracticeAct) {
        if let Some(practice) = &self.inner().practice {
            practice(act);
        }
    }

    /// Short messages.
    #[must_use]
    pub fn notices(&self) -> Notices {
        self.inner().notices
    }
}

/// How far a refresh is that someone asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refreshing {
    /// Nobody asked, or the end was told.
    No,
    /// Asked for, when everything had last been pulled at that moment.
    Asked(Option<Timestamp>),
    /// The pull is under way.
    UnderWay,
}

/// The records opened lately, as they are remembered: a list of pairs.
fn write_recent(recent: &[(String, RecordId)]) -> String {
    let pair = |(collection, id): &(String, RecordId)| json::list(&[json::quoted(collection), json::quoted(id)]);
    json::list(&recent.iter().map(pair).collect::<Vec<_>>())
}

fn read_recent(text: &str) -> Option<Vec<(String, RecordId)>> {
    let text_at = |pair: &Value, at: usize| pair.get(at)?.as_str().map(str::to_owned);
    let pairs = json::parse(text).ok()?;
    pairs.as_array()?.iter().map(|pair| Some((text_at(pair, 0)?, text_at(pair, 1)?))).collect()
}

/// A command under way: it resolves when its effect is durable on this device.
pub type Command<T> = LocalBoxFuture<'static, Result<T, EditError>>;

/// The sentence for a reason of [`EditError::NotSaved`].
#[must_use]
pub fn not_saved(reason: &str) -> &'static str {
    super::translation::find(&["not_saved.", reason].concat())
        .unwrap_or_else(|| super::translation::t("not_saved.other"))
}

#[allow(clippy::disallowed_methods)] // commands outlive the component that gave them
pub(super) fn spawn(future: LocalBoxFuture<'static, ()>) {
    leptos::task::spawn_local(future);
}

fn known_count(store: &Store, collection: &str) -> Option<usize> {
    let count = store.count(collection);
    (count > 0 || (store.complete() && store.pull_state(collection).complete)).then_some(count)
}

impl Inner {
    pub(super) fn collections(&self) -> Rc<Vec<Rc<Collection>>> {
        self.collections.borrow().clone()
    }

    /// How many records a collection has here; followed.
    pub(super) fn count_of(&self, collection: &str) -> usize {
        let found = self.counts.iter().find(|(name, _)| name == collection);
        found.and_then(|(_, count)| count.get()).unwrap_or_default()
    }

    /// The bytes of the files that these values name, as far as they were chosen here.
    fn files_of(&self, values: &Fields) -> Vec<(String, Rc<[u8]>)> {
        let picked = self.picked.borrow();
        let named = LocalFile::all(values);
        let bytes = |(_, file): &(String, LocalFile)| picked.iter().find(|own| own.0 == file.id).cloned();
        named.iter().filter_map(bytes).collect()
    }

    fn take_in(&self, changes: &ChangeSet) {
        let looked_at: Vec<((String, RecordId), RowSignal)> = {
            let rows = self.rows.borrow();
            let touched = |key: &(String, RecordId)| changes.reset.contains(&key.0) || changes.rows.contains(key);
            rows.iter()
                .filter(|(key, _)| touched(key))
                .map(|(key, (signal, _))| (key.clone(), signal.clone()))
                .collect()
        };
        for ((collection, id), signal) in looked_at {
            let now = RowView::read(&self.store, &collection, &id);
            if signal.with_untracked(|before| *before != now) {
                signal.set(now);
            }
        }
        for (name, signal) in &self.counts {
            let before = signal.get_untracked();
            if before.is_some() && !changes.touches(name) {
                continue;
            }
            let count = known_count(&self.store, name);
            if before != count {
                signal.set(count);
            }
        }
        for (collection, id) in &changes.merged {
            self.tell_merged(collection, id);
        }
        if !changes.entries.is_empty() {
            self.show_outbox();
            self.show_status();
        }
        if !changes.reset.is_empty() {
            // Rows that were not loaded yet may be there now, and with them the entries' titles.
            self.recent.update(|_| {});
            self.show_outbox();
        }
    }

    fn show_status(&self) {
        let ended = self.link.session_ended();
        let status = SyncStatus::new(&self.store.outbox(), &self.engine.state(), (self.online)(), ended);
        if self.status.with_untracked(|before| *before != status) {
            self.status.set(status);
        }
    }

    /// Tells the end of a refresh: the leading tab sees the pull itself, another one only that all was pulled.
    fn show_refresh(&self) {
        let (asked, state) = (self.refreshing.get_untracked(), self.engine.state());
        let away = !(self.online)() || !state.reachable || state.needs_sign_in;
        let ended = match asked {
            Refreshing::No => return,
            Refreshing::Asked(before) => before != state.synced_at,
            Refreshing::UnderWay => !state.pulling,
        };
        if away || ended {
            self.refreshing.set(Refreshing::No);
            let words = match (away, state.refused.is_empty()) {
                (true, _) => super::translation::t("refresh.away"),
                (false, true) => super::translation::t("refresh.done"),
                (false, false) => super::translation::t("sync.not_shown"),
            };
            self.notices.saved(words.to_owned(), None);
        } else if state.pulling {
            self.refreshing.set(Refreshing::UnderWay);
        }
    }

    fn show_outbox(&self) {
        let entries: Vec<Rc<Entry>> = self.store.outbox().iter().cloned().collect();
        (self.set_badge)(entries.len());
        self.outbox.set(Rc::new(entries.into_iter().map(|entry| self.item(entry)).collect()));
    }

    fn item(&self, entry: Rc<Entry>) -> OutboxItem {
        let schemas = self.collections();
        let schema = schemas.iter().find(|found| found.name == entry.clear.collection);
        let (collection, id) = (&entry.clear.collection, &entry.clear.record);
        let named = |fields: &Fields| {
            let title = schema.and_then(|schema| fields.get(&schema.title)).map(crate::model::value::text);
            title.filter(|title| !title.is_empty())
        };
        let row = self.store.row(collection, id).map(|row| row.fields());
        let title =
            row.as_ref().and_then(named).or_else(|| named(&entry.body.base)).or_else(|| named(&entry.body.changes));
        OutboxItem {
            title: title.unwrap_or_else(|| id.clone()),
            collection_label: schema.map_or_else(|| collection.clone(), |schema| schema.label.clone()),
            entry,
        }
    }
}
