//! Keys and rows across the boundary: each body is copied once, and nothing is made into JSON.

use crate::local::disk::{Key, Rows, Stored};
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

/// The names of a row's two parts, made once for many rows.
pub struct Columns {
    clear: JsValue,
    body: JsValue,
}

impl Columns {
    pub fn new() -> Self {
        Self { clear: JsValue::from_str("c"), body: JsValue::from_str("b") }
    }

    /// A row as `IndexedDB` keeps it.
    ///
    /// # Errors
    /// The exception, if memory for the body runs out.
    pub fn write(&self, stored: &Stored) -> Result<JsValue, JsValue> {
        let row = Object::new();
        Reflect::set(&row, &self.clear, &JsValue::from_str(&stored.clear))?;
        Reflect::set(&row, &self.body, &Uint8Array::new_from_slice(&stored.body))?;
        Ok(row.into())
    }

    /// A row read back; a part that is not there or of another kind is empty.
    pub fn read(&self, row: &JsValue) -> Stored {
        let body = Reflect::get(row, &self.body).ok().and_then(|body| body.dyn_into::<Uint8Array>().ok());
        Stored { clear: self.read_clear(row).unwrap_or_default(), body: body.map(|b| b.to_vec()).unwrap_or_default() }
    }

    /// The clear text alone; `None` if there is no row.
    pub fn read_clear(&self, row: &JsValue) -> Option<String> {
        Reflect::get(row, &self.clear).ok()?.as_string()
    }

    /// The answers of `getAllKeys` and `getAll` side by side.
    pub fn read_all(&self, keys: &JsValue, rows: &JsValue) -> Rows {
        let (keys, rows) = (Array::from(keys), Array::from(rows));
        keys.iter().zip(rows.iter()).filter_map(|(key, row)| Some((read_key(&key)?, self.read(&row)))).collect()
    }
}

/// A key as `IndexedDB` keeps it.
pub fn write_key(key: &Key) -> JsValue {
    match key {
        #[allow(clippy::cast_precision_loss)] // at most 2^53
        Key::Number(number) => JsValue::from_f64(*number as f64),
        Key::Text(text) => JsValue::from_str(text),
    }
}

fn read_key(key: &JsValue) -> Option<Key> {
    let number = key.as_f64().map(|_| Key::Number(read_number(key)));
    number.or_else(|| key.as_string().map(Key::Text))
}

/// A whole number; 0 for what is none.
pub fn read_number(number: &JsValue) -> u64 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // we wrote it from a u64
    let whole = number.as_f64().unwrap_or_default() as u64;
    whole
}
