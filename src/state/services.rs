//! stub
use crate::model::{practice::PracticeSettings, *};
use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use std::{cell::RefCell, collections::HashMap, ops::Range, rc::Rc};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kept {
    Persistent,
    OnlyThisTab,
}
#[derive(Clone, Debug)]
pub struct WorkspaceFacts {
    pub id: String,
    pub label: String,
    pub is_practice: bool,
    pub sample: bool,
    pub kept: Kept,
    pub warnings: Vec<String>,
}
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RowSync {
    Synced,
    Pending,
    Sending,
    Conflict,
    Failed,
}
impl RowSync {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Synced => "synced",
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Conflict => "conflict",
            Self::Failed => "failed",
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChipState {
    Local,
    Synced,
    Pending,
    Sending,
    Offline,
    Attention,
}
impl ChipState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Synced => "synced",
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Offline => "offline",
            Self::Attention => "attention",
        }
    }
}
#[derive(Clone, PartialEq, Debug)]
pub struct SyncStatus {
    pub state: ChipState,
    pub pending: usize,
    pub sending: usize,
    pub attention: usize,
    pub synced_at: Option<Timestamp>,
}
#[derive(Clone, Debug)]
pub struct RowView {
    pub record: Record,
    pub sync: RowSync,
    pub pending_fields: Vec<String>,
}
#[derive(Clone, Debug)]
pub struct OutboxItem {
    pub entry: Rc<Entry>,
    pub title: String,
    pub collection_label: String,
}
#[derive(Clone, Debug)]
pub struct UndoStep;
#[derive(Clone, Debug)]
pub enum EditError {
    Invalid(Vec<FieldError>),
    NotSaved(String),
}
#[derive(Clone, Debug)]
pub struct Notice {
    pub id: u64,
    pub text: String,
    pub undo: Option<UndoStep>,
    pub is_error: bool,
}
#[derive(Clone, Copy)]
pub struct Notices(RwSignal<Vec<Notice>, LocalStorage>);
impl Notices {
    pub fn list(&self) -> Signal<Vec<Notice>, LocalStorage> {
        self.0.into()
    }
    fn add(&self, n: Notice) {
        self.0.update(|l| {
            let id = l.last().map_or(1, |x| x.id + 1);
            l.push(Notice { id, ..n });
        })
    }
    pub fn saved(&self, text: String, undo: Option<UndoStep>) {
        self.add(Notice { id: 0, text, undo, is_error: false })
    }
    pub fn error(&self, text: String) {
        self.add(Notice { id: 0, text, undo: None, is_error: true })
    }
    pub fn dismiss(&self, id: u64) {
        self.0.update(|l| l.retain(|n| n.id != id))
    }
}
struct Inner {
    cols: Rc<Vec<Rc<Collection>>>,
    rows: RefCell<HashMap<String, Vec<Rc<RowView>>>>,
    version: ArcRwSignal<u64>,
    outbox: RwSignal<Rc<Vec<OutboxItem>>, LocalStorage>,
    notices: Notices,
    practice: RwSignal<PracticeSettings>,
    offline: RwSignal<bool>,
    state: ArcRwSignal<SyncStatus>,
}
#[derive(Clone, Copy)]
pub struct Services(StoredValue<Rc<Inner>, LocalStorage>);
#[derive(Clone, Copy)]
pub struct LiveList {
    pub total: Signal<usize>,
    pub complete: Signal<bool>,
    pub version: Signal<u64>,
    order: Memo<Vec<usize>>,
    name: StoredValue<String>,
    s: Services,
}
impl LiveList {
    pub fn ids(&self, range: Range<usize>) -> Vec<Rc<str>> {
        let i = self.s.i();
        let rows = i.rows.borrow();
        let rows = &rows[&self.name.get_value()];
        self.order.with_untracked(|o| {
            o.get(range.start.min(o.len())..range.end.min(o.len()))
                .unwrap_or_default()
                .iter()
                .map(|&k| Rc::from(rows[k].record.id.as_str()))
                .collect()
        })
    }
    pub fn row(&self, id: &str) -> Signal<Option<Rc<RowView>>, LocalStorage> {
        self.s.record(&self.name.get_value(), id)
    }
    pub fn position(&self, id: &str) -> Option<usize> {
        let i = self.s.i();
        let rows = i.rows.borrow();
        let rows = &rows[&self.name.get_value()];
        self.order.with_untracked(|o| o.iter().position(|&k| rows[k].record.id == id))
    }
}
fn obj(v: Value) -> Fields {
    v.as_object().cloned().unwrap_or_default()
}
impl Services {
    pub fn sample(empty: bool) -> Self {
        use serde_json::json;
        let people = Collection {
            subtitle: Some("company".into()),
            ..Collection::new(
                "people",
                "name",
                vec![
                    Field::new("name", FieldType::Text).required(),
                    Field::new("company", FieldType::Relation("companies".into())),
                    Field::new("email", FieldType::Email),
                    Field::new("phone", FieldType::Phone),
                    Field::new(
                        "role",
                        FieldType::Select(vec!["Captain".into(), "Boatswain".into(), "Deckhand".into()]),
                    ),
                    Field::new("born", FieldType::Date),
                    Field::new("score", FieldType::Number).bounds(0.0, 100.0),
                    Field::new("active", FieldType::Boolean),
                    Field::new("skills", FieldType::MultiSelect(vec!["knots".into(), "radio".into(), "charts".into()])),
                    Field::new("tags", FieldType::Tags),
                    Field::new("site", FieldType::Url),
                    Field::new("seen", FieldType::DateTime),
                    Field::new("notes", FieldType::LongText),
                ],
            )
        };
        let companies = Collection {
            subtitle: Some("city".into()),
            ..Collection::new(
                "companies",
                "name",
                vec![Field::new("name", FieldType::Text).required(), Field::new("city", FieldType::Text)],
            )
        };
        let tasks = Collection {
            subtitle: Some("status".into()),
            ..Collection::new(
                "tasks",
                "title",
                vec![
                    Field::new("title", FieldType::Text).required(),
                    Field::new("person", FieldType::Relation("people".into())),
                    Field::new("status", FieldType::Select(vec!["todo".into(), "done".into()])),
                    Field::new("due", FieldType::Date),
                ],
            )
        };
        let first = [
            "Ada", "Adam", "Adela", "Agnes", "Aiko", "Alasdair", "Amara", "Ana", "Anders", "Anouk", "Arif", "Asta",
            "Aya", "Bao", "Beatriz", "Bengt",
        ];
        let last = [
            "Lindqvist",
            "Okafor",
            "Marín",
            "Holm",
            "Tanaka",
            "Reid",
            "Nwosu",
            "Kovač",
            "Lind",
            "Visser",
            "Santoso",
            "Berg",
        ];
        let mut rows = HashMap::new();
        let n = if empty { 0 } else { 10_000 };
        rows.insert("people".to_owned(), (0..n).map(|k| { let name = format!("{} {}", first[k % 16], last[(k / 16) % 12]); Rc::new(RowView { record: Record::new(format!("p{k}"), obj(json!({"name": name, "company": format!("c{}", k % 40), "email": format!("{}{k}@example.org", first[k % 16].to_lowercase()), "phone": "+47 555 0199", "role": "Boatswain", "born": format!("19{:02}-03-0{}", 50 + k % 50, 1 + k % 9), "score": k % 101, "active": k % 3 == 0, "tags": ["crew"], "skills": ["knots"], "seen": "2026-11-20T08:15:00.000Z", "site": "https://example.org", "notes": "Joined in Bergen."}))), sync: match k { 1 => RowSync::Pending, 3 => RowSync::Sending, 6 => RowSync::Failed, 9 => RowSync::Conflict, _ => RowSync::Synced }, pending_fields: if k == 1 { vec!["email".into()] } else { vec![] } }) }).collect());
        rows.insert(
            "companies".to_owned(),
            (0..if empty { 0 } else { 40 })
                .map(|k| {
                    Rc::new(RowView {
                        record: Record::new(
                            format!("c{k}"),
                            obj(json!({"name": format!("{} & Sons", last[k % 12]), "city": "Bergen"})),
                        ),
                        sync: RowSync::Synced,
                        pending_fields: vec![],
                    })
                })
                .collect(),
        );
        rows.insert("tasks".to_owned(), (0..if empty {0} else {300}).map(|k| Rc::new(RowView { record: Record::new(format!("t{k}"), obj(json!({"title": format!("Renew the mooring licence {k}"), "person": format!("p{}", k % 30), "status": "todo", "due": "2026-11-24"}))), sync: RowSync::Synced, pending_fields: vec![] })).collect());
        let mk = |seq,
                  state,
                  kind,
                  rec: &str,
                  title: &str,
                  changes: Value,
                  base: Value,
                  theirs: Option<Value>,
                  problem: Option<Problem>,
                  attempt| OutboxItem {
            title: title.into(),
            collection_label: "People".into(),
            entry: Rc::new(Entry {
                key: EntryKey { seq, sub: 0 },
                clear: mutation::EntryClear {
                    format: 1,
                    op_id: "x".into(),
                    account: "a".into(),
                    collection: "people".into(),
                    record: rec.into(),
                    kind,
                    state,
                    attempt,
                    epoch: 1,
                    revision: 1,
                    deps: vec![],
                    made_at: super::format::now().plus(-300_000),
                },
                body: mutation::EntryBody {
                    changes: obj(changes),
                    base: obj(base),
                    theirs: theirs.map(obj),
                    problem,
                    ..Default::default()
                },
            }),
        };
        let outbox = if empty {
            vec![]
        } else {
            vec![
                mk(
                    1,
                    EntryState::Queued,
                    Kind::Patch,
                    "p1",
                    "Adam Lindqvist",
                    json!({"email": "adam@harbour.example"}),
                    json!({"email": "adam1@example.org"}),
                    None,
                    None,
                    0,
                ),
                mk(
                    2,
                    EntryState::Sending,
                    Kind::Patch,
                    "p3",
                    "Agnes Lindqvist",
                    json!({"role": "Captain", "company": "c3"}),
                    json!({"role": "Boatswain", "company": "c2"}),
                    None,
                    None,
                    1,
                ),
                mk(
                    3,
                    EntryState::Parked,
                    Kind::Create,
                    "p6",
                    "Amara Lindqvist",
                    json!({"name": "Amara Lindqvist", "email": "amara@example"}),
                    json!({}),
                    None,
                    Some(Problem {
                        status: Some(422),
                        ..Problem::fields(vec![FieldError {
                            field: "email".into(),
                            code: "not_email".into(),
                            message: String::new(),
                        }])
                    }),
                    1,
                ),
                mk(
                    4,
                    EntryState::Conflict,
                    Kind::Patch,
                    "p9",
                    "Anouk Lindqvist",
                    json!({"email": "anouk@harbour.example", "score": 11}),
                    json!({"email": "anouk9@example.org", "score": 9}),
                    Some(json!({"email": "lindqvist@example.org", "score": 9})),
                    None,
                    2,
                ),
            ]
        };
        let state = SyncStatus {
            state: if empty { ChipState::Synced } else { ChipState::Attention },
            pending: outbox.len(),
            sending: 1,
            attention: 2,
            synced_at: Some(super::format::now().plus(-120_000)),
        };
        let state = if empty { SyncStatus { pending: 0, sending: 0, attention: 0, ..state } } else { state };
        Self(StoredValue::new_local(Rc::new(Inner {
            cols: Rc::new(vec![Rc::new(people), Rc::new(companies), Rc::new(tasks)]),
            rows: RefCell::new(rows),
            version: ArcRwSignal::new(0),
            outbox: RwSignal::new_local(Rc::new(outbox)),
            notices: Notices(RwSignal::new_local(vec![])),
            practice: RwSignal::new(PracticeSettings::default()),
            offline: RwSignal::new(false),
            state: ArcRwSignal::new(state),
        })))
    }
    fn i(&self) -> Rc<Inner> {
        self.0.get_value()
    }
    pub fn collections(&self) -> Rc<Vec<Rc<Collection>>> {
        self.i().cols.clone()
    }
    pub fn collection(&self, name: &str) -> Option<Rc<Collection>> {
        self.i().cols.iter().find(|c| c.name == name).cloned()
    }
    pub fn workspace(&self) -> Rc<WorkspaceFacts> {
        Rc::new(WorkspaceFacts {
            id: "sample".into(),
            label: "Sample".into(),
            is_practice: true,
            sample: true,
            kept: Kept::Persistent,
            warnings: vec![],
        })
    }
    pub fn list(&self, collection: &str, query: Signal<Query>) -> LiveList {
        let s = *self;
        let name = StoredValue::new(collection.to_owned());
        let version = self.i().version.clone();
        let v2 = version.clone();
        let order = Memo::new(move |_| {
            version.track();
            let q = query.get();
            let i = s.i();
            let rows = i.rows.borrow();
            let rows = &rows[&name.get_value()];
            let words = fold::fold(&q.search);
            let mut o: Vec<usize> = (0..rows.len())
                .filter(|&k| {
                    let r = &rows[k].record;
                    !r.deleted
                        && q.filter.as_ref().is_none_or(|f| f.matches(&r.fields))
                        && (words.is_empty() || r.fields.values().any(|v| fold::fold(&value::text(v)).contains(&words)))
                })
                .collect();
            if let Some(by) = q.order.first() {
                o.sort_by(|a, b| {
                    query::SortKey::of(rows[*a].record.get(&by.field))
                        .compare(&query::SortKey::of(rows[*b].record.get(&by.field)), by.direction)
                });
            }
            o
        });
        LiveList {
            total: Signal::derive(move || order.with(Vec::len)),
            complete: Signal::derive(|| true),
            version: Signal::derive(move || {
                order.track();
                v2.get()
            }),
            order,
            name,
            s,
        }
    }
    pub fn record(&self, collection: &str, id: &str) -> Signal<Option<Rc<RowView>>, LocalStorage> {
        let s = *self;
        let (c, id) = (collection.to_owned(), id.to_owned());
        let v = self.i().version.clone();
        Signal::derive_local(move || {
            v.track();
            s.i().rows.borrow().get(&c)?.iter().find(|r| r.record.id == id && !r.record.deleted).cloned()
        })
    }
    pub fn sync_status(&self) -> Signal<SyncStatus> {
        let s = *self;
        let state = self.i().state.clone();
        Signal::derive(move || {
            let mut st = state.get();
            if s.i().offline.get() {
                st.state = ChipState::Offline;
            }
            st
        })
    }
    pub fn outbox(&self) -> Signal<Rc<Vec<OutboxItem>>, LocalStorage> {
        let o = self.i().outbox.clone();
        Signal::derive_local(move || o.get())
    }
    pub fn count(&self, collection: &str) -> Signal<usize> {
        let s = *self;
        let c = collection.to_owned();
        let v = self.i().version.clone();
        Signal::derive(move || {
            v.track();
            s.i().rows.borrow().get(&c).map_or(0, Vec::len)
        })
    }
    pub fn recent(&self) -> Signal<Rc<Vec<(String, Rc<RowView>)>>, LocalStorage> {
        let s = *self;
        Signal::derive_local(move || {
            let i = s.i();
            let rows = i.rows.borrow();
            Rc::new(rows["people"].iter().take(4).map(|r| ("people".to_owned(), r.clone())).collect())
        })
    }
    pub fn create(
        &self,
        collection: &str,
        fields: Fields,
    ) -> LocalBoxFuture<'static, Result<(RecordId, UndoStep), EditError>> {
        let i = self.i();
        let col = self.collection(collection).unwrap();
        let errors = validation::validate(&col, &fields, true);
        if !errors.is_empty() {
            return Box::pin(async { Err(EditError::Invalid(errors)) });
        }
        let id = format!("n{}", i.rows.borrow()[collection].len());
        i.rows.borrow_mut().get_mut(collection).unwrap().push(Rc::new(RowView {
            record: Record::new(id.clone(), fields),
            sync: RowSync::Pending,
            pending_fields: vec![],
        }));
        i.version.update(|v| *v += 1);
        Box::pin(async { Ok((id, UndoStep)) })
    }
    pub fn patch(
        &self,
        collection: &str,
        id: &str,
        _base: Fields,
        changes: Fields,
    ) -> LocalBoxFuture<'static, Result<UndoStep, EditError>> {
        let i = self.i();
        let col = self.collection(collection).unwrap();
        let errors = validation::validate(&col, &changes, false);
        if !errors.is_empty() {
            return Box::pin(async { Err(EditError::Invalid(errors)) });
        }
        for r in i.rows.borrow_mut().get_mut(collection).unwrap() {
            if r.record.id == id {
                let mut n = (**r).clone();
                for (k, v) in &changes {
                    n.record.fields.insert(k.clone(), v.clone());
                    n.pending_fields.push(k.clone());
                }
                n.sync = RowSync::Pending;
                *r = Rc::new(n);
            }
        }
        i.version.update(|v| *v += 1);
        Box::pin(async { Ok(UndoStep) })
    }
    pub fn delete(&self, collection: &str, id: &str) -> LocalBoxFuture<'static, Result<UndoStep, EditError>> {
        let i = self.i();
        i.rows.borrow_mut().get_mut(collection).unwrap().retain(|r| r.record.id != id);
        i.version.update(|v| *v += 1);
        Box::pin(async { Ok(UndoStep) })
    }
    pub fn undo(&self, _step: UndoStep) -> LocalBoxFuture<'static, Result<(), EditError>> {
        Box::pin(async { Ok(()) })
    }
    pub fn retry(&self, _k: EntryKey) {}
    pub fn discard(&self, k: EntryKey) {
        self.i().outbox.update(|o| *o = Rc::new(o.iter().filter(|x| x.entry.key != k).cloned().collect()))
    }
    pub fn mend(&self, k: EntryKey, _c: Fields) {
        self.discard(k)
    }
    pub fn keep_mine(&self, k: EntryKey) {
        self.discard(k)
    }
    pub fn take_theirs(&self, k: EntryKey) {
        self.discard(k)
    }
    pub fn refresh(&self, _c: Option<&str>) {}
    pub fn offline_switch(&self) -> RwSignal<bool> {
        self.i().offline
    }
    pub fn practice(&self) -> Option<RwSignal<PracticeSettings>> {
        Some(self.i().practice)
    }
    pub fn stage_conflict(&self, _c: &str, _i: &str) {}
    pub fn someone_edits(&self) {
        let _ = self.patch("people", "p0", Fields::new(), obj(serde_json::json!({"email": "changed@example.org"})));
    }
    pub fn reset_practice(&self) {}
    pub fn notices(&self) -> Notices {
        self.i().notices
    }
}
