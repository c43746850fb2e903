//! A browser on a bad day: JavaScript run from a test, and methods replaced until the test ends.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Runs JavaScript, whose last expression may be a promise.
pub async fn js(source: &str) -> JsValue {
    let value = js_sys::eval(source).expect("the script runs");
    JsFuture::from(Promise::resolve(&value)).await.expect("the promise is kept")
}

/// A property replaced until this is dropped.
pub struct Patch(String);

impl Patch {
    /// Replaces `object.method` by an expression, which may use `original`.
    pub fn new(object: &str, method: &str, replacement: &str) -> Self {
        Self::define(object, method, &format!("writable: true, value: {replacement}"))
    }

    /// Makes `object.property` answer with an expression.
    pub fn getter(object: &str, property: &str, answer: &str) -> Self {
        Self::define(object, property, &format!("get: () => {answer}"))
    }

    fn define(object: &str, key: &str, descriptor: &str) -> Self {
        let undo = format!("__undo_{key}");
        let script = format!(
            "(() => {{
                const own = Object.getOwnPropertyDescriptor({object}, '{key}');
                const original = own?.value;
                globalThis.{undo} = () => {{
                    delete {object}.{key};
                    if (own) Object.defineProperty({object}, '{key}', own);
                }};
                Object.defineProperty({object}, '{key}', {{ configurable: true, {descriptor} }});
            }})()"
        );
        js_sys::eval(&script).expect("the patch applies");
        Self(format!("{undo}()"))
    }
}

impl Drop for Patch {
    fn drop(&mut self) {
        js_sys::eval(&self.0).expect("the patch is undone");
    }
}
