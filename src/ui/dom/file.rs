//! Files that someone chose, dropped or pasted, and pictures of bytes that are here.

use super::element::el;
use js_sys::{Array, Reflect, Uint8Array};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, Event, File, FileList, HtmlElement, Url};

/// The files that an event brings: of a control, of something dropped, or of the clipboard.
pub fn files_in(event: &Event) -> Vec<File> {
    let target = event.target().map(JsValue::from).unwrap_or_default();
    let of = |holder: &JsValue| Reflect::get(holder, &"files".into()).ok()?.dyn_into::<FileList>().ok();
    let carried = |name: &str| of(&Reflect::get(event, &name.into()).ok()?);
    let list = of(&target).or_else(|| carried("dataTransfer")).or_else(|| carried("clipboardData"));
    let Some(list) = list else { return Vec::new() };
    (0..list.length()).filter_map(|at| list.get(at)).collect()
}

/// Empties the control that an event comes from: the same file can be chosen again, and none twice at once.
pub fn empty_control(event: &Event) {
    if let Some(target) = event.target() {
        let _ = Reflect::set(&target, &"value".into(), &"".into());
    }
}

/// The bytes of a file; `None` if the device does not give them.
pub async fn bytes_of(file: &Blob) -> Option<Vec<u8>> {
    let read = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&read).to_vec())
}

/// A file to be saved on this device, in parts.
#[derive(Default)]
pub struct Download(Array);

impl Download {
    /// Adds a part.
    pub fn push(&self, text: &str) {
        self.0.push(&text.into());
    }

    /// Hands the file to the browser. It is let go with the page: nobody tells when the browser has read all of it.
    pub fn save(self, name: &str) {
        let address = Blob::new_with_str_sequence(&self.0).and_then(|file| Url::create_object_url_with_blob(&file));
        let Ok(address) = address else { return };
        let link = el("a").attrs(&[("href", &address), ("download", name)]);
        link.element().unchecked_ref::<HtmlElement>().click();
    }
}

/// An address of bytes inside this page, for as long as this is held.
pub struct Preview(String);

impl Preview {
    /// An address of these bytes.
    pub fn new(bytes: &[u8]) -> Option<Rc<Self>> {
        let blob = Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes))).ok()?;
        Url::create_object_url_with_blob(&blob).ok().map(Self).map(Rc::new)
    }

    /// The address.
    pub fn address(&self) -> &str {
        &self.0
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.0);
    }
}
