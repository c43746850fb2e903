//! From a document to a [`Config`]: one function for each kind of object, and one table of its keys.

use super::{
    Backend, BackendKind, Config, Theme, Timeouts, WorkspaceConfig,
    node::{Node, listed, shown},
};
use crate::model::schema::{Collection, Field, FieldType, SyncMode, label_of};
use crate::model::{OrderBy, Value};

pub(super) const ROOT: [&str; 7] = ["$schema", "name", "locale", "theme", "timeouts", "workspaces", "environments"];
pub(super) const THEME: [&str; 2] = ["accent", "logo"];
pub(super) const TIMEOUTS: [&str; 2] = ["attempt_secs", "total_secs"];
pub(super) const WORKSPACE: [&str; 5] = ["id", "label", "backend", "sign_in", "collections"];
pub(super) const BACKEND: [&str; 2] = ["kind", "url"];
pub(super) const SIGN_IN: [&str; 2] = ["collection", "methods"];
pub(super) const COLLECTION: [&str; 7] = ["name", "label", "title", "subtitle", "sync", "sort", "fields"];
pub(super) const FIELD: [&str; 11] =
    ["name", "label", "type", "required", "read_only", "min", "max", "default", "options", "to", "many"];

pub(super) const SYNC: [&str; 2] = ["mirror", "on_demand"];
pub(super) const METHODS: [&str; 7] = ["password", "otp", "oauth2", "passkey", "anonymous", "api_key", "none"];
pub(super) const FIELD_TYPES: [&str; 19] = [
    "text",
    "long_text",
    "rich_text",
    "number",
    "boolean",
    "date",
    "date_time",
    "select",
    "multi_select",
    "tags",
    "email",
    "url",
    "phone",
    "relation",
    "file",
    "image",
    "json",
    "geo_point",
    "computed",
];

/// The longest timeout, in seconds.
const HOUR: f64 = 3600.0;

/// Reads a whole document. What is right but cannot be connected to yet is reported last, so that
/// mistakes come first.
pub(super) fn config(root: &Node, environment: Option<&str>) -> Config {
    root.object(&ROOT);
    let mut config = Config::sample();
    config.environment = environment.map(str::to_owned);
    config.timeouts = timeouts(root, environment);
    if let Some(name) = root.text_at("name") {
        config.name = name;
    }
    if let Some(node) = root.get("locale") {
        config.locale = Some(locale(&node));
    }
    if let Some(node) = root.get("theme") {
        config.theme = theme(&node);
    }
    if let Some(list) = root.get("workspaces") {
        let workspaces = named(&list, "id", workspace);
        if !workspaces.is_empty() {
            config.workspaces = workspaces;
        }
        refuse_unbuilt(&list);
    }
    config
}

/// Reads a list of objects that must differ in `key`.
fn named<T>(list: &Node, key: &str, read: fn(&Node) -> T) -> Vec<T> {
    let mut found = Vec::new();
    for item in list.items() {
        found.push(read(&item));
    }
    refuse_twins(list, key);
    found
}

fn refuse_twins(list: &Node, key: &str) {
    let mut names = Vec::new();
    for item in list.items() {
        let name = item.value().get(key);
        if let Some(node) = item.need(key).filter(|_| names.contains(&name)) {
            node.mistake(&[&shown(node.value()), " is there twice"]);
        }
        names.push(name);
    }
}

fn locale(node: &Node) -> String {
    let text = node.text();
    if text.len() < 2 || !is_word(text, b"-") {
        node.must_be("a language tag such as \"en\" or \"pt-BR\"");
    }
    text.to_owned()
}

/// Whether the text holds only letters, digits and `others`.
fn is_word(text: &str, others: &[u8]) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || others.contains(&byte))
}

fn theme(node: &Node) -> Theme {
    node.object(&THEME);
    if let Some(accent) = node.get("accent").filter(|accent| !is_colour(accent.text())) {
        accent.must_be("a colour such as \"#0b7a75\"");
    }
    if let Some(logo) = node.get("logo").filter(|logo| !is_within_the_app(logo.text())) {
        logo.must_be("an address within the app's folder");
    }
    Theme { accent: node.text_at("accent"), logo: node.text_at("logo") }
}

fn is_colour(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_within_the_app(address: &str) -> bool {
    // What a browser would leave out or read as a slash could make another host's address of it.
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b':' | b'\\');
    address.bytes().all(plain) && !address.starts_with("//")
}

fn timeouts(root: &Node, environment: Option<&str>) -> Timeouts {
    let mut timeouts = Timeouts::of(environment);
    let Some(node) = root.get("timeouts") else { return timeouts };
    node.object(&TIMEOUTS);
    if let Some(secs) = secs(&node, "attempt_secs") {
        timeouts.attempt_secs = secs;
        timeouts.total_secs = secs.max(timeouts.total_secs);
    }
    if let Some(secs) = secs(&node, "total_secs") {
        timeouts.total_secs = secs;
    }
    if timeouts.total_secs < timeouts.attempt_secs {
        node.warn(&["\"total_secs\" ends a call before \"attempt_secs\" ends its first attempt"]);
    }
    timeouts
}

fn secs(node: &Node, key: &str) -> Option<f64> {
    let secs = node.number_at(key)?;
    if secs <= 0.0 || secs > HOUR {
        node.get(key)?.must_be("seconds above 0, up to 3600");
    }
    Some(secs)
}

fn workspace(node: &Node) -> WorkspaceConfig {
    node.object(&WORKSPACE);
    let mut workspace = WorkspaceConfig::default();
    if let Some(id) = node.need("id") {
        let text = id.text();
        if text.len() > 64 || !is_word(text, b"-_") {
            id.must_be("1 to 64 letters, digits, \"-\" or \"_\"");
        }
        (workspace.id, workspace.label) = (text.to_owned(), label(node, text));
    }
    if let Some(node) = node.need("backend") {
        workspace.backend = backend(&node);
    }
    if let Some(node) = node.get("sign_in") {
        workspace.sign_in = Some(sign_in(&node));
    }
    if let Some(list) = node.get("collections") {
        workspace.collections = named(&list, "name", collection);
    }
    workspace
}

/// The written label, or one made from the name.
fn label(node: &Node, name: &str) -> String {
    node.text_at("label").unwrap_or_else(|| label_of(name))
}

fn backend(node: &Node) -> Backend {
    let kind = node.need("kind").map_or(BackendKind::Practice, |kind| kind_of(&kind));
    if !kind.is_remote() {
        node.object(&BACKEND);
    } else if let Some(address) = node.need("url") {
        url(&address, kind);
    }
    Backend { kind, url: node.text_at("url"), options: node.value().clone() }
}

fn kind_of(node: &Node) -> BackendKind {
    BackendKind::ALL[node.one_of(&BackendKind::NAMES)]
}

fn url(node: &Node, kind: BackendKind) {
    let text = node.text();
    let schemes: &[&str] = match kind {
        BackendKind::WebSocket => &["https://", "http://", "wss://", "ws://"],
        _ => &["https://", "http://"],
    };
    let host = schemes.iter().find_map(|scheme| text.strip_prefix(scheme)).unwrap_or_default();
    if host.is_empty() || host.starts_with('/') || host.contains(|c: char| c.is_whitespace() || c.is_control()) {
        node.must_be(&listed(&["an address that starts with", &listed(schemes, " or ")], " "));
    }
}

/// Refuses what this version cannot connect to.
fn refuse_unbuilt(workspaces: &Node) {
    for workspace in workspaces.items() {
        let backend = workspace.get("backend");
        if let Some(kind) = backend.as_ref().and_then(|backend| backend.get("kind"))
            && !kind_of(&kind).built()
        {
            kind.mistake(&[&shown(kind.value()), " is not built yet"]);
        }
    }
}

fn sign_in(node: &Node) -> Value {
    node.object(&SIGN_IN);
    node.text_at("collection");
    if let Some(methods) = node.get("methods") {
        for method in methods.items() {
            method.one_of(&METHODS);
        }
    }
    node.value().clone()
}

fn collection(node: &Node) -> Collection {
    node.object(&COLLECTION);
    let mut collection = Collection::default();
    if let Some(name) = node.need("name") {
        (collection.name, collection.label) = (name.text().to_owned(), label(node, name.text()));
    }
    if let Some(list) = node.get("fields") {
        collection.fields = named(&list, "name", field);
    }
    let first = || collection.fields.first().map(|field| field.name.clone()).unwrap_or_default();
    collection.title = node.text_at("title").unwrap_or_else(first);
    collection.subtitle = node.text_at("subtitle");
    if node.get("sync").is_some_and(|sync| sync.one_of(&SYNC) == 1) {
        collection.sync = SyncMode::OnDemand;
    }
    collection.sort = sort(node, &collection.title);
    collection
}

/// Field names, with a `-` before those that run downwards; without any, the title.
fn sort(node: &Node, title: &str) -> Vec<OrderBy> {
    let mut order = Vec::new();
    if let Some(keys) = node.get("sort") {
        for key in keys.texts() {
            order.push(match key.strip_prefix('-') {
                Some(field) => OrderBy::descending(field),
                None => OrderBy::ascending(key),
            });
        }
    } else if !title.is_empty() {
        order.push(OrderBy::ascending(title));
    }
    order
}

fn field(node: &Node) -> Field {
    node.object(&FIELD);
    let mut field = Field::default();
    if let Some(name) = node.need("name") {
        (field.name, field.label) = (name.text().to_owned(), label(node, name.text()));
    }
    if let Some(kind) = node.get("type") {
        (field.kind, field.read_only) = field_type(node, &kind);
    }
    field.required = node.flag_at("required");
    field.read_only |= node.flag_at("read_only");
    (field.min, field.max) = (node.number_at("min"), node.number_at("max"));
    field.default = node.get("default").map(|node| node.value().clone());
    field
}

/// The type, and whether its values can only be shown.
fn field_type(node: &Node, kind: &Node) -> (FieldType, bool) {
    let plain = |how| kind.warn(&[&shown(kind.value()), " has no form yet: it is ", how]);
    let editable = match FIELD_TYPES[kind.one_of(&FIELD_TYPES)] {
        "long_text" => FieldType::LongText,
        "rich_text" => {
            plain("edited as plain text");
            FieldType::LongText
        }
        "number" => FieldType::Number,
        "boolean" => FieldType::Boolean,
        "date" => FieldType::Date,
        "date_time" => FieldType::DateTime,
        "select" => FieldType::Select(options(node)),
        "multi_select" => FieldType::MultiSelect(options(node)),
        "tags" => FieldType::Tags,
        "email" => FieldType::Email,
        "url" => FieldType::Url,
        "phone" => FieldType::Phone,
        "relation" => FieldType::Relation(node.need("to").map_or("", |to| to.text()).to_owned()),
        "json" => FieldType::Json,
        "geo_point" => {
            plain("edited as JSON");
            FieldType::Json
        }
        "file" | "image" => FieldType::File { many: node.flag_at("many") },
        "computed" => return (FieldType::Text, true),
        _ => FieldType::Text,
    };
    (editable, false)
}

fn options(node: &Node) -> Vec<String> {
    let options = node.need("options").map(|options| options.texts()).unwrap_or_default();
    if options.is_empty() {
        node.mistake(&["needs at least one of \"options\""]);
    }
    options
}
