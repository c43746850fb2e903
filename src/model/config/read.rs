//! From a document to a [`Config`]: each function reads one kind of object, and its table of keys
//! stands beside it.

use super::{
    Backend, BackendKind, Config, Finding, Theme, Timeouts, WorkspaceConfig,
    node::{Node, shown},
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
pub(super) const FIELD: [&str; 10] =
    ["name", "label", "type", "required", "read_only", "min", "max", "default", "options", "to"];

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
pub(super) fn config(root: &Node, environment: Option<&str>) -> Result<Config, Finding> {
    root.object(&ROOT)?;
    let sample = Config::sample();
    let config = Config {
        name: root.text_at("name")?.unwrap_or(sample.name),
        locale: locale(root)?,
        theme: root.get("theme").map(|node| theme(&node)).transpose()?.unwrap_or_default(),
        timeouts: timeouts(root, environment)?,
        environment: environment.map(str::to_owned),
        workspaces: match root.get("workspaces") {
            Some(list) => named(&list, "id", workspace)?,
            None => Vec::new(),
        },
    };
    if config.workspaces.is_empty() {
        return Ok(Config { workspaces: sample.workspaces, ..config });
    }
    refuse_unbuilt(root)?;
    Ok(config)
}

/// Reads a list of objects that must differ in `key`.
fn named<T>(list: &Node, key: &str, read: fn(&Node) -> Result<T, Finding>) -> Result<Vec<T>, Finding> {
    let (mut found, mut names) = (Vec::new(), Vec::new());
    for item in list.items()? {
        found.push(read(&item)?);
        let name = item.value().get(key);
        if names.contains(&name) {
            let place = item.need(key)?;
            return Err(place.mistake(&[&shown(place.value()), " is there twice"].concat()));
        }
        names.push(name);
    }
    Ok(found)
}

fn locale(root: &Node) -> Result<Option<String>, Finding> {
    let Some(locale) = root.get("locale") else { return Ok(None) };
    let text = locale.text()?;
    let tag = text.len() >= 2 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if tag { Ok(Some(text.to_owned())) } else { Err(locale.must_be("a language tag such as \"en\" or \"pt-BR\"")) }
}

fn theme(node: &Node) -> Result<Theme, Finding> {
    node.object(&THEME)?;
    if let Some(accent) = node.get("accent")
        && !is_colour(accent.text()?)
    {
        return Err(accent.must_be("a colour such as \"#0b7a75\""));
    }
    if let Some(logo) = node.get("logo")
        && !is_within_the_app(logo.text()?)
    {
        return Err(logo.must_be("an address within the app's folder"));
    }
    Ok(Theme { accent: node.text_at("accent")?, logo: node.text_at("logo")? })
}

fn is_colour(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_within_the_app(address: &str) -> bool {
    !address.contains(':') && !address.starts_with("//")
}

fn timeouts(root: &Node, environment: Option<&str>) -> Result<Timeouts, Finding> {
    let default = Timeouts::of(environment);
    let Some(node) = root.get("timeouts") else { return Ok(default) };
    node.object(&TIMEOUTS)?;
    let read = |key, default| match node.number_at(key)? {
        Some(secs) if secs > 0.0 && secs <= HOUR => Ok(secs),
        Some(_) => Err(node.need(key)?.must_be("seconds above 0, up to 3600")),
        None => Ok(default),
    };
    let attempt_secs = read("attempt_secs", default.attempt_secs)?;
    let total_secs = read("total_secs", default.total_secs.max(attempt_secs))?;
    if total_secs < attempt_secs {
        node.warn("\"total_secs\" ends a call before \"attempt_secs\" ends its first attempt");
    }
    Ok(Timeouts { attempt_secs, total_secs })
}

fn workspace(node: &Node) -> Result<WorkspaceConfig, Finding> {
    node.object(&WORKSPACE)?;
    let id = node.need("id")?;
    if !is_id(id.text()?) {
        return Err(id.must_be("1 to 64 letters, digits, \"-\" or \"_\""));
    }
    Ok(WorkspaceConfig {
        id: id.text()?.to_owned(),
        label: node.text_at("label")?.unwrap_or_else(|| label_of(id.value().as_str().unwrap_or_default())),
        backend: backend(&node.need("backend")?)?,
        sign_in: node.get("sign_in").map(|node| sign_in(&node)).transpose()?,
        collections: match node.get("collections") {
            Some(list) => named(&list, "name", collection)?,
            None => Vec::new(),
        },
    })
}

fn is_id(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn backend(node: &Node) -> Result<Backend, Finding> {
    node.members()?;
    let kind = BackendKind::ALL[node.need("kind")?.one_of(&BackendKind::NAMES)?];
    if kind.is_remote() {
        url(&node.need("url")?, kind)?;
    } else {
        node.object(&BACKEND)?;
    }
    Ok(Backend { kind, url: node.text_at("url")?, options: node.value().clone() })
}

fn url(node: &Node, kind: BackendKind) -> Result<(), Finding> {
    let text = node.text()?;
    let schemes: &[&str] = match kind {
        BackendKind::WebSocket => &["https://", "http://", "wss://", "ws://"],
        _ => &["https://", "http://"],
    };
    let host = schemes.iter().find_map(|scheme| text.strip_prefix(scheme));
    let good = host.is_some_and(|host| !host.is_empty() && !host.starts_with('/'))
        && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    if good { Ok(()) } else { Err(node.must_be(&["an address that starts with ", &schemes.join(" or ")].concat())) }
}

/// The first workspace whose kind of backend this version cannot connect to.
fn refuse_unbuilt(root: &Node) -> Result<(), Finding> {
    for workspace in root.need("workspaces")?.items()? {
        let backend = workspace.need("backend")?;
        let kind = backend.need("kind")?;
        if !BackendKind::ALL[kind.one_of(&BackendKind::NAMES)?].built() {
            return Err(kind.mistake(&[&shown(kind.value()), " is not built yet"].concat()));
        }
    }
    Ok(())
}

fn sign_in(node: &Node) -> Result<Value, Finding> {
    node.object(&SIGN_IN)?;
    node.text_at("collection")?;
    if let Some(methods) = node.get("methods") {
        for method in methods.items()? {
            method.one_of(&METHODS)?;
        }
    }
    Ok(node.value().clone())
}

fn collection(node: &Node) -> Result<Collection, Finding> {
    node.object(&COLLECTION)?;
    let name = node.need("name")?.text()?;
    let fields = match node.get("fields") {
        Some(list) => named(&list, "name", field)?,
        None => Vec::new(),
    };
    let first = fields.first().map(|field| field.name.clone());
    let title = node.text_at("title")?.or(first).unwrap_or_default();
    Ok(Collection {
        name: name.to_owned(),
        label: node.text_at("label")?.unwrap_or_else(|| label_of(name)),
        subtitle: node.text_at("subtitle")?,
        sync: match node.get("sync").map(|sync| sync.one_of(&SYNC)).transpose()? {
            Some(1) => SyncMode::OnDemand,
            _ => SyncMode::Mirror,
        },
        sort: sort(node, &title)?,
        fields,
        title,
    })
}

/// Field names, with a `-` before those that run downwards; without any, the title.
fn sort(node: &Node, title: &str) -> Result<Vec<OrderBy>, Finding> {
    let Some(keys) = node.get("sort") else {
        return Ok(if title.is_empty() { Vec::new() } else { vec![OrderBy::ascending(title)] });
    };
    let key = |key: Node| {
        let text = key.text()?;
        Ok(text.strip_prefix('-').map_or_else(|| OrderBy::ascending(text), OrderBy::descending))
    };
    keys.items()?.map(key).collect()
}

fn field(node: &Node) -> Result<Field, Finding> {
    node.object(&FIELD)?;
    let name = node.need("name")?.text()?;
    let (kind, shown_only) = field_type(node)?;
    Ok(Field {
        label: node.text_at("label")?.unwrap_or_else(|| label_of(name)),
        kind,
        required: node.flag_at("required")?,
        read_only: node.flag_at("read_only")? || shown_only,
        min: node.number_at("min")?,
        max: node.number_at("max")?,
        default: node.get("default").map(|node| node.value().clone()),
        ..Field::new(name, FieldType::Text)
    })
}

/// The type, and whether its values can only be shown.
fn field_type(node: &Node) -> Result<(FieldType, bool), Finding> {
    let Some(kind) = node.get("type") else { return Ok((FieldType::Text, false)) };
    let plain = |as_what: FieldType, how| {
        kind.warn(&[&shown(kind.value()), " has no form yet: ", how].concat());
        as_what
    };
    let editable = match FIELD_TYPES[kind.one_of(&FIELD_TYPES)?] {
        "long_text" => FieldType::LongText,
        "rich_text" => plain(FieldType::LongText, "it is edited as plain text"),
        "number" => FieldType::Number,
        "boolean" => FieldType::Boolean,
        "date" => FieldType::Date,
        "date_time" => FieldType::DateTime,
        "select" => FieldType::Select(options(node)?),
        "multi_select" => FieldType::MultiSelect(options(node)?),
        "tags" => FieldType::Tags,
        "email" => FieldType::Email,
        "url" => FieldType::Url,
        "phone" => FieldType::Phone,
        "relation" => FieldType::Relation(node.need("to")?.text()?.to_owned()),
        "json" => FieldType::Json,
        "geo_point" => plain(FieldType::Json, "it is edited as JSON"),
        "file" | "image" => return Ok((plain(FieldType::Json, "it is only shown"), true)),
        "computed" => return Ok((FieldType::Text, true)),
        _ => FieldType::Text,
    };
    Ok((editable, false))
}

fn options(node: &Node) -> Result<Vec<String>, Finding> {
    let options = node.need("options")?;
    let options: Vec<_> = options.items()?.map(|option| option.text().map(str::to_owned)).collect::<Result<_, _>>()?;
    if options.is_empty() { Err(node.mistake("needs at least one of \"options\"")) } else { Ok(options) }
}
