//! A checker for the part of JSON Schema that `docs/landfall.schema.json` uses.
//!
//! A complete validator brings dozens of crates; this one knows what the schema needs and refuses
//! to guess: a keyword or a pattern that it does not know stops the test.

use serde_json::Value;

/// What is wrong with `value`, one sentence a mistake.
pub fn mistakes(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    Checker { root: schema }.check(schema, value, "", &mut found);
    found
}

struct Checker<'a> {
    root: &'a Value,
}

impl Checker<'_> {
    fn check(&self, schema: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
        let Some(keywords) = schema.as_object() else {
            assert_eq!(schema, &Value::Bool(true), "a schema is an object or `true`");
            return;
        };
        for (keyword, rule) in keywords {
            if !self.holds(schema, keyword, rule, value, place, found) {
                found.push(format!("{place}: {keyword} {rule}"));
            }
        }
    }

    fn is_valid(&self, schema: &Value, value: &Value) -> bool {
        let mut found = Vec::new();
        self.check(schema, value, "", &mut found);
        found.is_empty()
    }

    /// Whether one keyword's own rule holds; what lies deeper adds its own mistakes.
    fn holds(
        &self,
        schema: &Value,
        keyword: &str,
        rule: &Value,
        value: &Value,
        place: &str,
        found: &mut Vec<String>,
    ) -> bool {
        match keyword {
            "$schema" | "$defs" | "title" | "description" | "then" | "else" => true,
            "$ref" => {
                let target = rule.as_str().and_then(|reference| self.root.pointer(reference.strip_prefix('#')?));
                self.check(target.expect("the reference leads somewhere"), value, place, found);
                true
            }
            "type" => Some(type_of(value)) == rule.as_str(),
            "enum" => rule.as_array().expect("enum is a list").contains(value),
            "const" => rule == value,
            "pattern" => value.as_str().is_none_or(|text| matches(rule.as_str().expect("a pattern is text"), text)),
            "exclusiveMinimum" => value.as_f64().is_none_or(|number| number > rule.as_f64().expect("a number")),
            "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().expect("a number")),
            "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().expect("a count")),
            "required" => {
                let names = rule.as_array().expect("required is a list").iter().filter_map(Value::as_str);
                !value.is_object() || names.clone().all(|name| value.get(name).is_some())
            }
            "properties" => {
                for (name, schema) in rule.as_object().expect("properties are an object") {
                    if let Some(member) = value.get(name) {
                        self.check(schema, member, &format!("{place}.{name}"), found);
                    }
                }
                true
            }
            "additionalProperties" => self.additional(schema, rule, value, place, found),
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    self.check(rule, item, &format!("{place}[{index}]"), found);
                }
                true
            }
            "allOf" => {
                for part in rule.as_array().expect("allOf is a list") {
                    self.check(part, value, place, found);
                }
                true
            }
            "if" => {
                let branch = schema.get(if self.is_valid(rule, value) { "then" } else { "else" });
                branch.into_iter().for_each(|branch| self.check(branch, value, place, found));
                true
            }
            unknown => panic!("teach the checker the keyword {unknown:?}"),
        }
    }

    fn additional(&self, schema: &Value, rule: &Value, value: &Value, place: &str, found: &mut Vec<String>) -> bool {
        let known = |name: &String| schema["properties"].get(name).is_some();
        let mut others = value.as_object().into_iter().flatten().filter(|(name, _)| !known(name));
        if rule == &Value::Bool(false) {
            return others.next().is_none();
        }
        others.for_each(|(name, member)| self.check(rule, member, &format!("{place}.{name}"), found));
        true
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn matches(pattern: &str, text: &str) -> bool {
    let all = |good: fn(char) -> bool| text.chars().all(good);
    let address = |schemes: &[&str]| {
        let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme)?.strip_prefix("://"));
        rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace))
    };
    match pattern {
        r"\S" => !text.trim().is_empty(),
        "^[A-Za-z0-9-]{2,}$" => text.len() >= 2 && all(|c| c.is_ascii_alphanumeric() || c == '-'),
        "^[A-Za-z0-9_-]{1,64}$" => {
            (1..=64).contains(&text.len()) && all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
        }
        "^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$" => {
            matches!(text.len(), 4 | 7) && text.starts_with('#') && text[1..].chars().all(|c| c.is_ascii_hexdigit())
        }
        r"^(?!//)[!-9;-\[\]-~]+$" => {
            !text.is_empty() && !text.starts_with("//") && all(|c| c.is_ascii_graphic() && !":\\".contains(c))
        }
        r"^https?://[^/\s][^\s]*$" => address(&["https", "http"]),
        r"^(https?|wss?)://[^/\s][^\s]*$" => address(&["https", "http", "wss", "ws"]),
        unknown => panic!("teach the checker the pattern {unknown:?}"),
    }
}
