//! No language lacks a word, and no word is written anywhere but in the tables.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::panic, clippy::expect_used)] // a test that cannot go on must stop, and say where

#[path = "support/words.rs"]
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use syn::visit::Visit;
use words::{english, package_file};

/// Words that are the same in both languages: names, and what is no word.
const SAME_IN_INDONESIAN: [&str; 9] = [
    "backend.firebase",
    "backend.graphql",
    "backend.pocketbase",
    "backend.rest",
    "backend.supabase",
    "backend.websocket",
    "chip.offline",
    "outbox.field_error",
    "sample.status",
];

fn indonesian() -> BTreeMap<String, String> {
    serde_json::from_str(&package_file("public/lang/id.json")).expect("one flat object of texts")
}

/// Every key that Indonesian needs: it has one plural form only.
fn needed() -> BTreeSet<String> {
    let english = english();
    let is_plural =
        |key: &String| key.strip_suffix(".one").is_some_and(|stem| english.contains_key(&format!("{stem}.other")));
    english.keys().filter(|key| !is_plural(key)).cloned().collect()
}

/// The keys of both tables with their words.
fn pairs() -> Vec<(String, String, String)> {
    let own = indonesian();
    english().into_iter().filter_map(|(key, words)| Some((key.clone(), words, own.get(&key)?.clone()))).collect()
}

/// The names in braces.
fn placeholders(words: &str) -> Vec<&str> {
    let mut names: Vec<&str> = words.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect();
    names.sort_unstable();
    names
}

#[test]
fn indonesian_has_every_word_and_no_other() {
    let has: BTreeSet<String> = indonesian().into_keys().collect();
    let missing: Vec<_> = needed().difference(&has).cloned().collect();
    let left_over: Vec<_> = has.difference(&needed()).cloned().collect();
    assert!(missing.is_empty() && left_over.is_empty(), "missing: {missing:?}; left over: {left_over:?}");
}

#[test]
fn indonesian_keeps_every_placeholder() {
    for (key, english, own) in pairs() {
        assert_eq!(placeholders(&own), placeholders(&english), "{key}");
    }
}

#[test]
fn no_words_were_left_in_english() {
    let same: Vec<String> =
        pairs().into_iter().filter(|(_, english, own)| english == own).map(|(key, ..)| key).collect();
    assert_eq!(same, SAME_IN_INDONESIAN);
}

#[test]
fn words_are_tidy() {
    for (key, words) in english().into_iter().chain(indonesian()) {
        assert!(!words.contains('!'), "{key}: no exclamation marks");
        assert!(!words.contains("..."), "{key}: … is one sign");
        assert!(!words.contains("  ") && words.trim() == words && !words.is_empty(), "{key}: “{words}”");
    }
}

#[test]
fn a_sentence_ends_as_its_english_does() {
    let end = |words: &str| words.chars().last().filter(|last| !last.is_alphanumeric() && *last != '}');
    for (key, english, own) in pairs() {
        assert_eq!(end(&own), end(&english), "{key}");
    }
}

#[test]
fn a_page_without_scripts_says_so_in_every_language() {
    let page = package_file("public/index.html");
    let said = page.split("<noscript>").nth(1).and_then(|rest| rest.split("</noscript>").next()).expect("a noscript");
    assert_eq!(said.matches("<p").count(), 2);
    assert!(said.contains("<p lang=\"id\">"));
}

/// Literals that read like words of the app and are none: its name, an example, a language's name for itself, and what
/// the console tells whoever publishes the app.
const NO_WORDS: [&str; 5] = [
    "Landfall",
    " · Landfall",
    "https://pb.example.org",
    "Bahasa Indonesia",
    "Landfall: unknown words in the file for ",
];

/// Methods whose one argument is shown as it is.
const SHOWN: [&str; 2] = ["text", "set_title"];
/// Attributes that are read or shown to people.
const SPOKEN: [&str; 4] = ["aria-label", "title", "placeholder", "alt"];

/// The literals of a file that people would read.
#[derive(Default)]
struct Visible(Vec<String>);

impl Visible {
    fn take(&mut self, text: &str) {
        let keys = text.starts_with("Ctrl ") || text.starts_with("Control+"); // as keyboards and ARIA name them
        if text.chars().any(char::is_alphabetic) && !keys && !NO_WORDS.contains(&text) {
            self.0.push(text.to_owned());
        }
    }
}

fn literal(expression: &syn::Expr) -> Option<String> {
    match expression {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// Begins with a capital and goes on in small letters, and has a second word or an end: `Save the record`, `Saved.`
fn reads_like_a_sentence(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(char::is_uppercase)
        && letters.next().is_some_and(|second| second.is_lowercase() || second == ' ')
        && (text.contains(' ') || text.ends_with(['.', '…', '?', ':']))
}

impl<'a> Visit<'a> for Visible {
    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        let texts: Vec<String> = call.args.iter().filter_map(literal).collect();
        if SHOWN.iter().any(|name| call.method == name) && call.args.len() == 1 {
            texts.iter().for_each(|text| self.take(text));
        }
        if call.method == "attr" && texts.len() == 2 && SPOKEN.contains(&texts[0].as_str()) {
            self.take(&texts[1]);
        }
        syn::visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_tuple(&mut self, tuple: &'a syn::ExprTuple) {
        let texts: Vec<String> = tuple.elems.iter().filter_map(literal).collect();
        if texts.len() == 2 && SPOKEN.contains(&texts[0].as_str()) {
            self.take(&texts[1]);
        }
        syn::visit::visit_expr_tuple(self, tuple);
    }

    fn visit_lit_str(&mut self, text: &'a syn::LitStr) {
        if reads_like_a_sentence(&text.value()) {
            self.take(&text.value());
        }
    }

    fn visit_attribute(&mut self, _: &'a syn::Attribute) {} // documentation

    fn visit_item_mod(&mut self, module: &'a syn::ItemMod) {
        if module.ident != "tests" {
            syn::visit::visit_item_mod(self, module);
        }
    }

    fn visit_macro(&mut self, _: &'a syn::Macro) {} // what a developer reads: panics, debug assertions
}

fn visible_in(source: &str) -> Vec<String> {
    let mut visible = Visible::default();
    visible.visit_file(&syn::parse_file(source).expect("a file that compiles"));
    visible.0
}

fn sources(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let each = |path: std::path::PathBuf| if path.is_dir() { sources(&path) } else { vec![path] };
    entries.flat_map(each).filter(|path| path.extension().is_some_and(|ending| ending == "rs")).collect()
}

#[test]
fn no_words_stand_in_screens_or_state() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for path in ["src/ui", "src/state", "src/composition"].iter().flat_map(|floor| sources(&package.join(floor))) {
        let source = std::fs::read_to_string(&path).expect("a source file");
        found.extend(visible_in(&source).into_iter().map(|text| format!("{}: {text}", path.display())));
    }
    assert!(found.is_empty(), "words outside of the tables:\n{}", found.join("\n"));
}

#[test]
fn words_in_a_screen_are_found() {
    let screen = r#"
        fn screen() -> El {
            el("a").text("save").attr("aria-label", "Close").attrs(&[("title", "More"), ("class", "Button big")])
                .text(t("save")).text(" · ").child(said("Not saved.")).attr("href", "Nothing")
        }
        mod tests { fn any() { say("Any thing.") } }"#;
    let mut found = visible_in(screen);
    found.sort();
    assert_eq!(found, ["Button big", "Close", "More", "Not saved.", "save"]);
}

/// Physical sides that a style sheet may name: each is beside its mirror for `:dir(rtl)`.
const SIDES: [&str; 1] = ["background-position"];

/// A declaration that names left or right, or gives the two sides of a line different sizes.
fn is_physical(declaration: &str) -> bool {
    let Some((name, value)) = declaration.split_once(':') else { return false };
    let (name, value) = (name.trim(), value.trim());
    let sizes = sizes(value);
    let words: Vec<&str> = sizes.iter().map(String::as_str).collect();
    let sided = ["left", "right"];
    let four = matches!(name, "margin" | "padding" | "inset" | "border-width") && words.len() == 4;
    let corners = name == "border-radius" && words.len() == 4 && !(words[0] == words[1] && words[2] == words[3]);
    let named = sided.iter().any(|side| name == *side || name.ends_with(&format!("-{side}")) || words.contains(side));
    (named && !SIDES.contains(&name)) || corners || (four && words[1] != words[3])
}

/// The words of a value; what stands in parentheses is one.
fn sizes(value: &str) -> Vec<String> {
    let (mut words, mut depth) = (vec![String::new()], 0);
    for letter in value.chars() {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        match words.last_mut() {
            Some(word) if depth > 0 || !letter.is_whitespace() => word.push(letter),
            _ => words.push(String::new()),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn declarations(sheet: &str) -> Vec<String> {
    let mut rest = String::new();
    for (index, part) in sheet.split("/*").enumerate() {
        rest += if index == 0 { part } else { part.split_once("*/").map_or("", |(_, after)| after) };
    }
    rest.split([';', '{', '}']).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

#[test]
fn style_sheets_name_no_physical_side() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("style");
    let mut found = Vec::new();
    for path in sources(&folder) {
        let sheet = std::fs::read_to_string(&path).expect("a style sheet");
        found.extend(declarations(&sheet).into_iter().filter(|one| is_physical(one)));
    }
    assert!(found.is_empty(), "not mirrored from right to left:\n{}", found.join("\n"));
}

#[test]
fn a_physical_side_is_found() {
    for physical in [
        "left: 0",
        "margin-left: 4px",
        "text-align: right",
        "inset: 0 1px 2px 3px",
        "border-radius: 0 4px 4px 0",
        "padding: 4px 6px 4px 16px",
        "float: left",
        "inset: auto 12px 20px calc(220px + 24px)",
    ] {
        assert!(is_physical(physical), "{physical}");
    }
    for logical in [
        "inset-inline-start: 0",
        "margin-inline: 4px auto",
        "text-align: start",
        "inset: 0 1px 2px 1px",
        "padding: 4px 6px",
        "border-radius: 4px",
    ] {
        assert!(!is_physical(logical), "{logical}");
    }
}
