//! The rows of a list: a table where there is room, cards on a phone, and only those in sight drawn.
//!
//! Rows have one fixed height, so the runway's height is exact and the scrollbar honest. That height is the
//! style sheet's (`--row`: it follows the density, the window and the browser's font size) and is read whenever
//! rows are looked for. The rows in sight and a few around them are in the document, never more than [`MOST`];
//! each is keyed by its id, so a row that moves keeps its elements and a row that changes repaints alone.

use super::list::effective_order;
use crate::{
    model::{Collection, Direction, Field, FieldType},
    state::{LiveList, RowView, RwSignal, Signal},
    ui::{
        components::{Icon, act, badge, icon, record_title, show, subtitle},
        context::Ui,
        dom::{El, View, document, dynamic, el, focus, follow, keyed, length_of, next_frame, on_window},
        route::Route,
    },
};
use leptos::prelude::*;
use std::{cell::Cell, rc::Rc};
use web_sys::{Element, KeyboardEvent};

/// The most rows in the document at once.
const MOST: i32 = 58;
/// Fields that fit into a table beside the title.
const COLUMNS: usize = 5;

type Row = Signal<Option<Rc<RowView>>>;

/// What is being looked at.
#[derive(Clone)]
struct Sheet {
    ui: Ui,
    collection: Rc<Collection>,
    columns: Rc<Vec<Field>>,
    list: LiveList,
    element: Element,
    /// The first row drawn.
    start: RwSignal<usize>,
    /// How many rows are drawn.
    drawn: RwSignal<usize>,
    /// Their ids.
    ids: RwSignal<Vec<String>>,
    /// How tall a row was when rows were last looked for.
    row_px: Rc<Cell<i32>>,
    /// Whether the next look goes to where the list was.
    keeps: Rc<Cell<bool>>,
    is_grid: bool,
}

/// The list's rows in the shape that fits the window.
pub fn rows(ui: Ui, collection: &Rc<Collection>, list: LiveList) -> View {
    let collection = Rc::clone(collection);
    // After Back, and whenever the shape changes, the list is where it was.
    let keeps = Rc::new(Cell::new(ui.bar.went_back.get_value()));
    dynamic(move || {
        let wide = ui.wide.get();
        untrack(|| sheet(ui, &collection, list, wide, &keeps).into())
    })
}

/// Bones in the shape of the rows to come.
pub fn bones(ui: Ui, collection: &Collection) -> View {
    let columns = columns_of(collection);
    let (widths, least) = template(&columns);
    let container = el("div").attrs(&[("class", "sheet bones"), ("data-testid", "skeleton"), ("aria-hidden", "true")]);
    let container = container.style_of("--columns", move || widths.clone()).style_of("--least", move || least.clone());
    let amount = columns.len();
    let rows = move || {
        let (class, cells, bones) = if ui.wide.get() { ("grid-row", amount, 1) } else { ("tile", 1, 2) };
        let cell = |_| el("div").child((0..bones).map(|_| el("span").class("bone")).collect::<Vec<El>>());
        let row = |_| el("div").class(class).child((0..cells).map(cell).collect::<Vec<El>>());
        (0..16).map(row).collect::<Vec<El>>().into()
    };
    container.child(dynamic(rows)).into()
}

fn sheet(ui: Ui, collection: &Rc<Collection>, list: LiveList, wide: bool, keeps: &Rc<Cell<bool>>) -> El {
    let container = el("div").attrs(&[
        ("class", "sheet"),
        ("data-testid", "record-list"),
        ("tabindex", "0"),
        ("role", if wide { "grid" } else { "feed" }),
        ("aria-label", &collection.label),
    ]);
    let sheet = Sheet {
        ui,
        columns: Rc::new(columns_of(collection)),
        collection: Rc::clone(collection),
        list,
        element: container.element().clone(),
        start: RwSignal::new(0),
        drawn: RwSignal::new(in_window()),
        ids: RwSignal::new(Vec::new()),
        row_px: Rc::default(),
        keeps: Rc::clone(keeps),
        is_grid: wide,
    };
    sheet.keep_ids();
    sheet.keep_place();
    let (scrolled, keys) = (sheet.clone(), sheet.clone());
    let container = container
        .attr_of("aria-busy", move || Some((!list.complete.get()).to_string()))
        .on("scroll", move |_| scrolled.look())
        .on_key(move |event| keys.on_key(event));
    if wide { sheet.grid(container) } else { container.child(sheet.runway("none")) }
}

impl Sheet {
    fn keep_ids(&self) {
        let (list, start, drawn, ids) = (self.list, self.start, self.drawn, self.ids);
        follow(move || {
            let (_, total) = (list.version.get(), list.total.get());
            let drawn = drawn.get();
            let start = start.get().min(total.saturating_sub(drawn));
            ids.set(list.ids(start..start + drawn).iter().map(|id| id.to_string()).collect());
        });
    }

    /// Works out which rows are in sight.
    fn look(&self) {
        let row_px = length_of(&self.element, "--row").max(1);
        let place = self.ui.bar.place();
        if self.row_px.replace(row_px) != row_px && self.keeps.replace(true) {
            self.return_to(self.ui.places.with_value(|places| places.get(&place).copied()), row_px);
        }
        let seen = (self.element.client_height() / row_px + 2).min(MOST);
        let around = ((MOST - seen) / 2).min(8);
        let first = (self.element.scroll_top() / row_px - around).max(0);
        set_if_new(self.drawn, count(seen + 2 * around));
        set_if_new(self.start, count(first));
        let top = self.element.scroll_top();
        self.ui.places.update_value(|places| _ = places.insert(place, (top, row_px)));
    }

    fn return_to(&self, place: Option<(i32, i32)>, row_px: i32) {
        if let Some((top, before)) = place {
            let top = i64::from(top) * i64::from(row_px) / i64::from(before);
            self.element.set_scroll_top(i32::try_from(top).unwrap_or(i32::MAX));
        }
    }

    /// The same rows stay in sight when they become taller or shorter; another search or order begins at the top.
    fn keep_place(&self) {
        let ui = self.ui;
        let sheet = self.clone();
        follow(move || {
            let _ = ui.appearance.density.now.get();
            let sheet = sheet.clone();
            next_frame(move || sheet.look());
        });
        let sheet = self.clone();
        on_window("resize", move |_| sheet.look());
        let (element, mut before) = (self.element.clone(), None);
        follow(move || {
            let now = ui.bar.list();
            if before.as_ref().is_some_and(|before| *before != now) {
                element.set_scroll_top(0);
            }
            before = Some(now);
        });
    }

    /// The runway: as tall as all rows, with those in sight at their place.
    fn runway(&self, role: &str) -> El {
        let (total, start, drawn) = (self.list.total, self.start, self.drawn);
        let (sheet, ids) = (self.clone(), self.ids);
        el("div")
            .attrs(&[("class", "runway"), ("role", role)])
            .style_of("--rows", move || total.get().to_string())
            .style_of("--start", move || start.get().min(total.get().saturating_sub(drawn.get())).to_string())
            .child(keyed(move || ids.get(), move |id| if sheet.is_grid { sheet.grid_row(id) } else { sheet.card(id) }))
    }

    /// The number of a row, counted from 1, as long as it is drawn.
    fn number(&self, id: &str, plus: usize) -> impl Fn() -> Option<String> + 'static {
        let (id, ids, start, drawn, total) = (id.to_owned(), self.ids, self.start, self.drawn, self.list.total);
        move || {
            let at = ids.with(|ids| ids.iter().position(|each| *each == id))?;
            let start = start.get().min(total.get().saturating_sub(drawn.get()));
            Some((start + at + plus).to_string())
        }
    }

    /// Moves the focus by rows, scrolling as far as it needs.
    fn on_key(&self, event: &KeyboardEvent) {
        let row_px = self.row_px.get().max(1);
        let page = self.element.client_height() / row_px - 1;
        let last = index(self.list.total.get_untracked()) - 1;
        if event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key() {
            return;
        }
        let focused = focused_row().and_then(|id| self.list.position(&id));
        // From the list itself one steps onto the first row in sight.
        let from = focused.map_or_else(|| (self.element.scroll_top() + row_px - 1) / row_px - 1, index);
        let to = match event.key().as_str() {
            "ArrowDown" => from + 1,
            "ArrowUp" => from - 1,
            "PageDown" => from + page,
            "PageUp" => from - page,
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        self.focus_row(to.clamp(0, last.max(0)));
    }

    fn focus_row(&self, row: i32) {
        let row_px = self.row_px.get();
        let head = if self.is_grid { row_px } else { 0 };
        let (top, now) = (row * row_px, self.element.scroll_top());
        let below = top + row_px + head - self.element.client_height();
        if top < now || below > now {
            self.element.set_scroll_top(if top < now { top } else { below });
        }
        self.look();
        let id = self.list.ids(count(row)..count(row) + 1).first().map(|id| id.to_string());
        let sheet = self.element.clone();
        next_frame(move || {
            let first = sheet.query_selector("[data-record-id]").ok().flatten();
            let mut rows = std::iter::successors(first, Element::next_element_sibling);
            let found = rows.find(|row| row.get_attribute("data-record-id") == id);
            focus(found.and_then(|row| row.query_selector("a").ok().flatten()));
        });
    }

    fn grid(&self, container: El) -> El {
        let total = self.list.total;
        let heads: Vec<El> = self.columns.iter().map(|field| self.column_head(field)).collect();
        let (columns, least) = template(&self.columns);
        let head = el("div").attrs(&[("class", "grid-row"), ("role", "row"), ("aria-rowindex", "1")]).child(heads);
        container
            .attr_of("aria-rowcount", move || Some((total.get() + 1).to_string()))
            .style_of("--columns", move || columns.clone())
            .style_of("--least", move || least.clone())
            .child(el("div").attrs(&[("class", "heads"), ("role", "rowgroup")]).child(head))
            .child(self.runway("rowgroup"))
    }

    fn column_head(&self, field: &Field) -> El {
        let (ui, own, name) = (self.ui, Rc::clone(&self.collection), field.name.clone());
        let direction = move || {
            let order = effective_order(&ui.bar.list(), &own);
            order.filter(|order| order.field == name).map(|order| order.direction)
        };
        let drawn = direction.clone();
        let sorted = move || {
            let word = match direction() {
                Some(Direction::Ascending) => "ascending",
                Some(Direction::Descending) => "descending",
                None => "none",
            };
            Some(word.to_owned())
        };
        let arrow = move || match drawn() {
            Some(Direction::Ascending) => icon(Icon::SortUp).into(),
            Some(Direction::Descending) => icon(Icon::SortDown).into(),
            None => View::default(),
        };
        let (own, name) = (Rc::clone(&self.collection), field.name.clone());
        let press = move || ui.bar.change_list(|address| address.order = address.toggle_sort(&name, &own.sort));
        let words = el("span").attrs(&[("class", "cut"), ("dir", "auto")]).text(&field.label);
        el("div")
            .attrs(&[("role", "columnheader"), ("class", side_of(field))])
            .attr_of("aria-sort", sorted)
            .child(act("", "", press).child(words).child(dynamic(arrow)))
    }

    fn row_attributes(&self, element: El, id: &str, row: Row) -> El {
        element
            .attr("data-record-id", id)
            .attr_of("data-sync", move || Some(row.get().map_or("synced", |row| row.sync.as_str()).to_owned()))
    }

    /// The link that opens the row: it stays while the row's words change, and so does its focus.
    fn link(&self, id: &str, row: Row) -> El {
        let route = Route::Record(self.collection.name.clone(), id.to_owned());
        el("a").attrs(&[("class", "cut"), ("dir", "auto")]).attr("href", &self.ui.href(&route)).text_of(self.title(row))
    }

    fn title(&self, row: Row) -> impl Fn() -> String + 'static {
        let own = Rc::clone(&self.collection);
        move || row.get().map(|row| record_title(&own, &row.record)).unwrap_or_default()
    }

    fn grid_row(&self, id: &str) -> El {
        let row = self.list.row(id);
        let columns = Rc::clone(&self.columns);
        let cells = move || {
            let row = row.get();
            columns.iter().skip(1).map(|field| cell(field, row.as_deref())).collect::<Vec<El>>().into()
        };
        let named = el("div").attrs(&[("class", "named"), ("role", "gridcell")]);
        let named = named.child(self.link(id, row).attr("tabindex", "-1")).child(badge_of(row));
        self.row_attributes(el("div").attrs(&[("class", "grid-row"), ("role", "row")]), id, row)
            .attr_of("aria-rowindex", self.number(id, 2))
            .child(named)
            .child(dynamic(cells))
    }

    fn card(&self, id: &str) -> El {
        let row = self.list.row(id);
        let (own, total, title) = (Rc::clone(&self.collection), self.list.total, self.title(row));
        let beneath = move || row.get().map(|row| subtitle(&own, &row.record)).unwrap_or_default();
        let words = el("div")
            .child(self.link(id, row))
            .child(el("span").attrs(&[("class", "soft cut"), ("dir", "auto")]).text_of(beneath));
        self.row_attributes(el("article").class("tile"), id, row)
            .attr_of("aria-posinset", self.number(id, 1))
            .attr_of("aria-setsize", move || Some(total.get().to_string()))
            .attr_of("aria-label", move || Some(title()))
            .child(words)
            .child(badge_of(row))
    }
}

/// As many rows as the window has room for: so many are drawn before the sheet can be measured.
fn in_window() -> usize {
    let root = document().document_element();
    let rows = root.map_or(0, |root| root.client_height() / length_of(&root, "--row").max(1));
    count((rows + 1).min(MOST))
}

fn badge_of(row: Row) -> View {
    dynamic(move || row.get().and_then(|row| badge(row.sync)).into())
}

fn cell(field: &Field, row: Option<&RowView>) -> El {
    let shown = show(Some(field), row.and_then(|row| row.record.get(&field.name)));
    el("div").attrs(&[("role", "gridcell"), ("class", side_of(field)), ("dir", "auto")]).text(&shown)
}

/// Numbers stand at the end of their column.
fn side_of(field: &Field) -> &'static str {
    if matches!(field.kind, FieldType::Number) { "end" } else { "" }
}

/// A frame may come after the sheet has gone; then there is nothing to set.
fn set_if_new(signal: RwSignal<usize>, value: usize) {
    if signal.try_get_untracked().is_some_and(|before| before != value) {
        signal.set(value);
    }
}

fn count(rows: i32) -> usize {
    usize::try_from(rows).unwrap_or_default()
}

fn index(rows: usize) -> i32 {
    i32::try_from(rows).unwrap_or(i32::MAX)
}

fn focused_row() -> Option<String> {
    let row = document().active_element()?.closest("[data-record-id]").ok()??;
    row.get_attribute("data-record-id")
}

fn px(pixels: usize) -> String {
    [&pixels.to_string(), "px"].concat()
}

/// The title, then the fields that a table can show.
fn columns_of(collection: &Collection) -> Vec<Field> {
    let title =
        collection.field(&collection.title).cloned().unwrap_or_else(|| Field::new(&collection.title, FieldType::Text));
    let fits = |field: &&Field| {
        field.name != collection.title
            && !matches!(field.kind, FieldType::LongText | FieldType::Json | FieldType::File { .. })
    };
    let mut columns = vec![title];
    columns.extend(collection.fields.iter().filter(fits).take(COLUMNS).cloned());
    columns
}

/// The columns' widths, and the least width of a row: below that, the sheet scrolls sideways.
fn template(columns: &[Field]) -> (String, String) {
    let width = |field: &Field| match field.kind {
        FieldType::Number | FieldType::Boolean => (104, " 104px"),
        FieldType::Date => (132, " 132px"),
        FieldType::DateTime => (184, " 184px"),
        FieldType::Email | FieldType::Url => (200, " minmax(200px, 1.6fr)"),
        FieldType::Phone => (152, " minmax(152px, 1fr)"),
        _ => (120, " minmax(120px, 1fr)"),
    };
    let (mut least, mut words) = (260_usize, String::from("minmax(260px, 1.8fr)"));
    for (wide, column) in columns.iter().skip(1).map(width) {
        least += wide;
        words.push_str(column);
    }
    (words, px(least))
}
