//! How much room the device gives us, and whether it promises to keep what we store.
//!
//! A browser without `navigator.storage` (`WebKitGTK`) is not an error: nothing is known there.

use futures::future::LocalBoxFuture;
use std::cell::Cell;

/// The room of this origin, in bytes, as the browser guesses it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    /// What is taken.
    pub used_bytes: u64,
    /// What may be taken in all.
    pub quota_bytes: u64,
}

/// The device's storage as a whole.
pub trait Storage {
    /// How full it is; `None` where that is not known.
    fn estimate(&self) -> LocalBoxFuture<'static, Option<Estimate>>;
    /// Whether the browser keeps our data until the user deletes it.
    fn persisted(&self) -> LocalBoxFuture<'static, bool>;
    /// Asks for that (some browsers ask the user); whether it is so now.
    fn persist(&self) -> LocalBoxFuture<'static, bool>;
}

/// A storage of a set size that keeps what it is asked to keep, for tests.
#[derive(Debug, Default)]
pub struct MemoryStorage {
    estimate: Cell<Option<Estimate>>,
    persisted: Cell<bool>,
}

impl MemoryStorage {
    /// From now on it is this full.
    pub fn set_estimate(&self, estimate: Option<Estimate>) {
        self.estimate.set(estimate);
    }
}

impl Storage for MemoryStorage {
    fn estimate(&self) -> LocalBoxFuture<'static, Option<Estimate>> {
        Box::pin(std::future::ready(self.estimate.get()))
    }

    fn persisted(&self) -> LocalBoxFuture<'static, bool> {
        Box::pin(std::future::ready(self.persisted.get()))
    }

    fn persist(&self) -> LocalBoxFuture<'static, bool> {
        self.persisted.set(true);
        self.persisted()
    }
}

#[cfg(target_arch = "wasm32")]
mod web {
    use super::{Estimate, Storage};
    use futures::future::LocalBoxFuture;
    use js_sys::{Promise, Reflect};
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::StorageManager;

    /// `navigator.storage`.
    #[derive(Clone, Copy, Debug, Default)]
    pub struct WebStorage;

    impl Storage for WebStorage {
        fn estimate(&self) -> LocalBoxFuture<'static, Option<Estimate>> {
            Box::pin(async {
                let answer = answer(StorageManager::estimate).await?;
                Some(Estimate { used_bytes: bytes(&answer, "usage")?, quota_bytes: bytes(&answer, "quota")? })
            })
        }

        fn persisted(&self) -> LocalBoxFuture<'static, bool> {
            Box::pin(async { answer(StorageManager::persisted).await.is_some_and(|answer| answer.is_truthy()) })
        }

        fn persist(&self) -> LocalBoxFuture<'static, bool> {
            Box::pin(async { answer(StorageManager::persist).await.is_some_and(|answer| answer.is_truthy()) })
        }
    }

    /// What the storage manager answers; `None` if there is none, or it refuses.
    async fn answer(question: fn(&StorageManager) -> Result<Promise, JsValue>) -> Option<JsValue> {
        let navigator = crate::platform::window()?.navigator();
        let manager = Reflect::get(&navigator, &"storage".into()).ok()?;
        let promise = question(manager.dyn_ref()?).ok()?;
        JsFuture::from(promise).await.ok()
    }

    fn bytes(estimate: &JsValue, key: &str) -> Option<u64> {
        let number = Reflect::get(estimate, &key.into()).ok()?.as_f64()?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a count of bytes
        let bytes = number as u64;
        Some(bytes)
    }
}

#[cfg(target_arch = "wasm32")]
pub use web::WebStorage;
