//! The rows of a list: a table where there is room, cards on a phone, and only those in sight drawn.
//!
//! Rows have one fixed height, so the runway's height is exact and the scrollbar honest. The rows in
//! sight and a few around them are in the document, never more than [`MOST`]; each is keyed by its id,
//! so a row that moves keeps its elements and a row that changes repaints alone.

use super::{home::subtitle, list::effective_order};
use crate::{
    model::{Collection, Direction, Field, FieldType},
    state::{LiveList, RowView},
    ui::{
        components::{Icon, Text, badge, dynamic, icon, keyed, record_title, show, text},
        context::Ui,
        route::Route,
    },
};
use leptos::{
    ev,
    html::Div,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};
use std::rc::Rc;

/// The most rows in the document at once.
const MOST: usize = 58;
const CARD_PX: f64 = 68.0;
const ROW_PX: f64 = 40.0;
/// Fields that fit into a table beside the title.
const COLUMNS: usize = 5;

/// What is being looked at.
#[derive(Clone, Copy)]
struct View {
    ui: Ui,
    collection: StoredValue<Rc<Collection>, LocalStorage>,
    columns: StoredValue<Vec<Field>>,
    list: StoredValue<Rc<LiveList>, LocalStorage>,
    total: Signal<usize>,
    complete: Signal<bool>,
    sheet: NodeRef<Div>,
    scrolled: RwSignal<f64>,
    height: RwSignal<f64>,
    window: Memo<(usize, usize)>,
    ids: Signal<Vec<String>>,
    row_px: f64,
}

/// The list's rows in the shape that fits the window.
pub fn rows(ui: Ui, collection: &Rc<Collection>, list: Rc<LiveList>) -> AnyView {
    let collection = Rc::clone(collection);
    dynamic(move || {
        let wide = ui.wide.get();
        let view = View::new(ui, &collection, Rc::clone(&list), if wide { ROW_PX } else { CARD_PX });
        view.keep_place();
        if wide { grid(view) } else { feed(view) }
    })
}

impl View {
    fn new(ui: Ui, collection: &Rc<Collection>, list: Rc<LiveList>, row_px: f64) -> Self {
        let (total, complete, version) = (list.total, list.complete, list.version);
        let (scrolled, height) = (RwSignal::new(0.0), RwSignal::new(800.0));
        let window = Memo::new(move |_| in_sight(scrolled.get(), height.get(), row_px, total.get()));
        let list = StoredValue::new_local(list);
        let ids = Memo::new(move |_| {
            version.track();
            let (start, end) = window.get();
            list.with_value(|list| list.ids(start..end).iter().map(|id| id.to_string()).collect())
        });
        Self {
            ui,
            columns: StoredValue::new(columns_of(collection)),
            collection: StoredValue::new_local(Rc::clone(collection)),
            list,
            total,
            complete,
            sheet: NodeRef::new(),
            scrolled,
            height,
            window,
            ids: ids.into(),
            row_px,
        }
    }

    /// Measures the sheet, goes back to where it was scrolled after Back, and remembers where it is.
    fn keep_place(self) {
        let Self { ui, sheet, scrolled, height, .. } = self;
        let key = StoredValue::new(ui.list_href(&ui.route.get_untracked(), &ui.address.get_untracked()));
        let back = ui.went_back.get_value();
        let place =
            if back { ui.places.with_value(|places| key.with_value(|key| places.get(key).copied())) } else { None };
        let measure = move || {
            if let Some(sheet) = sheet.get_untracked() {
                height.set(f64::from(sheet.client_height()));
            }
        };
        request_animation_frame(move || {
            measure();
            if let (Some(sheet), Some(place)) = (sheet.try_get_untracked().flatten(), place) {
                #[allow(clippy::cast_possible_truncation)] // pixels
                sheet.set_scroll_top(place as i32);
            }
        });
        let resized = window_event_listener(ev::resize, move |_| measure());
        on_cleanup(move || resized.remove());
        Effect::new(move |before: Option<String>| {
            let now = ui.list_href(&ui.route.get_untracked(), &ui.address.get());
            if ui.route.with_untracked(|route| matches!(route, Route::List(_))) {
                key.set_value(now.clone());
                if before.is_some_and(|before| before != now)
                    && let Some(sheet) = sheet.get_untracked()
                {
                    sheet.set_scroll_top(0);
                }
            }
            now
        });
        Effect::new(move || {
            let top = scrolled.get();
            ui.places.update_value(|places| _ = places.insert(key.get_value(), top));
        });
    }

    fn read_scroll(self) {
        if let Some(sheet) = self.sheet.get_untracked() {
            self.scrolled.set(f64::from(sheet.scroll_top()));
            self.height.set(f64::from(sheet.client_height()));
        }
    }

    /// The runway: as tall as all rows, with those in sight at their place.
    #[allow(clippy::cast_precision_loss)] // row numbers
    fn runway(self, role: &'static str, row: fn(Self, &str) -> AnyView) -> AnyView {
        let tall = text(move || px(self.total.get() as f64 * self.row_px));
        let above = text(move || px(self.window.get().0 as f64 * self.row_px));
        view! {
            <div class="runway" role=role style:block-size=tall style:padding-block-start=above>
                {keyed(self.ids, move |id| row(self, id))}
            </div>
        }
        .into_any()
    }

    /// The number of a row, counted from 0, as long as it is in sight.
    fn index_of(self, id: String) -> Signal<Option<usize>> {
        Signal::derive(move || {
            let at = self.ids.with(|ids| ids.iter().position(|each| *each == id))?;
            Some(self.window.get().0 + at)
        })
    }

    fn row(self, id: &str) -> Signal<Option<Rc<RowView>>, LocalStorage> {
        self.list.with_value(|list| list.row(id))
    }

    /// Moves the focus by rows, scrolling as far as it needs.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // row numbers
    fn on_key(self, event: &ev::KeyboardEvent) {
        let page = (self.height.get_untracked() / self.row_px) as isize - 1;
        let last = self.total.get_untracked() as isize - 1;
        let focused = focused_row().and_then(|id| self.list.with_value(|list| list.position(&id)));
        let from = focused.map_or(-1, |at| at as isize);
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
        self.focus_row(to.clamp(0, last.max(0)) as usize);
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // pixels
    fn focus_row(self, index: usize) {
        let Some(sheet) = self.sheet.get_untracked() else { return };
        let head = if self.row_px < CARD_PX { ROW_PX } else { 0.0 };
        let (top, seen) = (index as f64 * self.row_px, f64::from(sheet.client_height()) - head);
        let now = f64::from(sheet.scroll_top());
        if top < now {
            sheet.set_scroll_top(top as i32);
        } else if top + self.row_px > now + seen {
            sheet.set_scroll_top((top + self.row_px - seen) as i32);
        }
        self.read_scroll();
        let id = self.list.with_value(|list| list.ids(index..index + 1).first().map(|id| id.to_string()));
        request_animation_frame(move || {
            let Some(id) = id else { return };
            let first = sheet.query_selector("[data-record-id]").ok().flatten();
            let mut rows = std::iter::successors(first, Element::next_element_sibling);
            let found = rows.find(|row| row.get_attribute("data-record-id").as_deref() == Some(&id));
            let link = found.and_then(|row| row.query_selector("a").ok().flatten());
            if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
                let _ = link.focus();
            }
        });
    }
}

fn focused_row() -> Option<String> {
    let row = document().active_element()?.closest("[data-record-id]").ok()??;
    row.get_attribute("data-record-id")
}

fn px(pixels: f64) -> String {
    let mut words = pixels.to_string();
    words.push_str("px");
    words
}

/// The rows to draw, from the first to behind the last.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // row numbers
fn in_sight(scrolled: f64, height: f64, row_px: f64, total: usize) -> (usize, usize) {
    let seen = ((height / row_px).ceil() as usize + 1).min(MOST);
    let around = ((MOST - seen) / 2).min(8);
    let first = (scrolled.max(0.0) / row_px) as usize;
    let start = first.min(total.saturating_sub(seen)).saturating_sub(around);
    (start, (start + seen + 2 * around).min(total))
}

/// The title, then the fields that a table can show.
fn columns_of(collection: &Collection) -> Vec<Field> {
    let title =
        collection.field(&collection.title).cloned().unwrap_or_else(|| Field::new(&collection.title, FieldType::Text));
    let fits =
        |field: &&Field| field.name != collection.title && !matches!(field.kind, FieldType::LongText | FieldType::Json);
    let mut columns = vec![title];
    columns.extend(collection.fields.iter().filter(fits).take(COLUMNS).cloned());
    columns
}

/// The columns' widths, and the least width of a row: below that, the sheet scrolls sideways.
fn template(columns: &[Field]) -> (String, String) {
    let width = |field: &Field| match field.kind {
        FieldType::Number | FieldType::Boolean => (104.0, " 104px"),
        FieldType::Date => (132.0, " 132px"),
        FieldType::DateTime => (184.0, " 184px"),
        FieldType::Email | FieldType::Url => (184.0, " minmax(184px, 1.5fr)"),
        _ => (136.0, " minmax(136px, 1fr)"),
    };
    let (mut least, mut words) = (280.0, String::from("minmax(280px, 2fr)"));
    for (px, column) in columns.iter().skip(1).map(width) {
        least += px;
        words.push_str(column);
    }
    (words, px(least))
}

fn grid(view: View) -> AnyView {
    let label = view.collection.with_value(|collection| collection.label.clone());
    let heads: Vec<AnyView> =
        view.columns.with_value(|columns| columns.iter().map(|field| column_head(view, field)).collect());
    let rows = text(move || (view.total.get() + 1).to_string());
    let (columns, least) = view.columns.with_value(|columns| template(columns));
    view! {
        <div
            class="sheet"
            data-testid="record-list"
            role="grid"
            tabindex="0"
            aria-label=label
            aria-rowcount=rows
            aria-busy=busy(view)
            style=("--columns", columns)
            style=("--least", least)
            node_ref=view.sheet
            on:scroll=move |_| view.read_scroll()
            on:keydown=move |event| view.on_key(&event)
        >
            <div role="rowgroup" class="heads"><div class="grid-row" role="row" aria-rowindex="1">{heads}</div></div>
            {view.runway("rowgroup", grid_row)}
        </div>
    }
    .into_any()
}

fn busy(view: View) -> Signal<&'static str> {
    Signal::derive(move || if view.complete.get() { "false" } else { "true" })
}

fn column_head(view: View, field: &Field) -> AnyView {
    let name = field.name.clone();
    let direction = Memo::new(move |_| {
        let order = view.ui.address.with(|address| view.collection.with_value(|own| effective_order(address, own)));
        order.filter(|order| order.field == name).map(|order| order.direction)
    });
    let sorted = Signal::derive(move || match direction.get() {
        Some(Direction::Ascending) => "ascending",
        Some(Direction::Descending) => "descending",
        None => "none",
    });
    let arrow = move || match direction.get() {
        Some(Direction::Ascending) => icon(Icon::SortUp),
        Some(Direction::Descending) => icon(Icon::SortDown),
        None => ().into_any(),
    };
    let name = field.name.clone();
    let press = move |_| {
        let own = view.collection.with_value(|collection| collection.sort.clone());
        view.ui.go_address(|address| address.order = address.toggle_sort(&name, &own));
    };
    view! {
        <div role="columnheader" aria-sort=sorted class:end=is_number(field)>
            <button type="button" on:click=press><span class="cut" dir="auto">{field.label.clone()}</span>{dynamic(arrow)}</button>
        </div>
    }
    .into_any()
}

fn is_number(field: &Field) -> bool {
    matches!(field.kind, FieldType::Number)
}

fn sync_of(row: Signal<Option<Rc<RowView>>, LocalStorage>) -> Signal<&'static str> {
    Memo::new(move |_| row.get().map_or("synced", |row| row.sync.as_str())).into()
}

fn title_of(view: View, row: Signal<Option<Rc<RowView>>, LocalStorage>) -> Text {
    text(move || {
        let row = row.get();
        row.map(|row| view.collection.with_value(|own| record_title(own, &row.record))).unwrap_or_default()
    })
}

fn badge_of(row: Signal<Option<Rc<RowView>>, LocalStorage>) -> AnyView {
    dynamic(move || row.get().map_or_else(|| ().into_any(), |row| badge(row.sync)))
}

fn record_href(view: View, id: &str) -> String {
    let name = view.collection.with_value(|collection| collection.name.clone());
    view.ui.href(&Route::Record(name, id.to_owned()))
}

fn grid_row(view: View, id: &str) -> AnyView {
    let row = view.row(id);
    let index = view.index_of(id.to_owned());
    let number = text(move || index.get().map_or_else(String::new, |at| (at + 2).to_string()));
    let cells = move || {
        let row = row.get();
        view.columns
            .with_value(|columns| columns.iter().skip(1).map(|field| cell(field, row.as_deref())).collect::<Vec<_>>())
            .into_any()
    };
    view! {
        <div class="grid-row" role="row" aria-rowindex=number data-record-id=id.to_owned() data-sync=sync_of(row)>
            <div role="gridcell" class="named">
                <a href=record_href(view, id) tabindex="-1" dir="auto" class="cut">{title_of(view, row)}</a>{badge_of(row)}
            </div>
            {dynamic(cells)}
        </div>
    }
    .into_any()
}

fn cell(field: &Field, row: Option<&RowView>) -> AnyView {
    let shown = show(Some(field), row.and_then(|row| row.record.get(&field.name)));
    view! { <div role="gridcell" dir="auto" class:end=is_number(field)>{shown}</div> }.into_any()
}

fn feed(view: View) -> AnyView {
    let label = view.collection.with_value(|collection| collection.label.clone());
    view! {
        <div
            class="sheet"
            data-testid="record-list"
            role="feed"
            tabindex="0"
            aria-label=label
            aria-busy=busy(view)
            node_ref=view.sheet
            on:scroll=move |_| view.read_scroll()
            on:keydown=move |event| view.on_key(&event)
        >
            {view.runway("none", card)}
        </div>
    }
    .into_any()
}

fn card(view: View, id: &str) -> AnyView {
    let row = view.row(id);
    let index = view.index_of(id.to_owned());
    let place = text(move || index.get().map_or_else(String::new, |at| (at + 1).to_string()));
    let size = text(move || view.total.get().to_string());
    let beneath = text(move || {
        let row = row.get();
        row.map(|row| view.collection.with_value(|own| subtitle(own, &row))).unwrap_or_default()
    });
    view! {
        <article
            class="tile"
            data-record-id=id.to_owned()
            data-sync=sync_of(row)
            aria-posinset=place
            aria-setsize=size
            aria-label=title_of(view, row)
        >
            <div>
                <a class="cut" dir="auto" href=record_href(view, id)>{title_of(view, row)}</a>
                <span class="soft cut" dir="auto">{beneath}</span>
            </div>
            {badge_of(row)}
        </article>
    }
    .into_any()
}
