//! The browser's cipher: WebCrypto's AES-GCM under a key that can be used here and never read.
//!
//! The key is a `CryptoKey` in a database of its own, `landfall/keys`, made at the first use. Tabs that make one at
//! the same time both try to *add* theirs, and both take the one that is there. A sealed text is the twelve random
//! bytes of its IV, then what WebCrypto made of it. Whatever fails (no WebCrypto on plain http, no database, no
//! answer) is `None`.

use super::{Cipher, Random, WebRandom};
use futures::{
    FutureExt,
    future::{Either, LocalBoxFuture, Shared, select},
};
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use std::{cell::RefCell, rc::Rc, time::Duration};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbFactory, IdbRequest};

/// The database of keys.
const DATABASE: &str = "keys";
/// Its one object store.
const STORE: &str = "keys";
/// The name of the one key.
const KEY: &str = "session";
/// The length of the IV.
const IV: usize = 12;
/// How long a browser may take to find or make the key (WebKit has been seen to answer never).
const PATIENCE: Duration = Duration::from_secs(5);

type Finding = Shared<LocalBoxFuture<'static, Option<JsValue>>>;

/// The cipher of this origin. Clones share their key.
#[derive(Clone, Default)]
pub struct WebCipher(Rc<RefCell<Option<Finding>>>);

impl WebCipher {
    /// The cipher; the key is looked for when it is needed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The key, found or made once for all who ask.
    fn key(&self) -> Finding {
        let mut finding = self.0.borrow_mut();
        let failed = |finding: &Finding| finding.peek().is_some_and(Option::is_none);
        match finding.as_ref() {
            Some(known) if !failed(known) => known.clone(),
            _ => finding.insert(find_in_time().boxed_local().shared()).clone(),
        }
    }

    /// `encrypt` or `decrypt`.
    fn run(&self, operation: &'static str, iv: Vec<u8>, bytes: Vec<u8>) -> LocalBoxFuture<'static, Option<Vec<u8>>> {
        let key = self.key();
        Box::pin(async move {
            let key = key.await?;
            let how = algorithm();
            set(&how, "iv", &Uint8Array::from(&*iv));
            let made = subtle(operation, &[how.into(), key, Uint8Array::from(&*bytes).into()]).await?;
            Some(Uint8Array::new(&made).to_vec())
        })
    }
}

impl Cipher for WebCipher {
    fn seal(&self, bytes: &[u8]) -> LocalBoxFuture<'static, Option<Vec<u8>>> {
        let mut iv = vec![0; IV];
        WebRandom.fill(&mut iv);
        let sealing = self.run("encrypt", iv.clone(), bytes.to_vec());
        Box::pin(async move { Some([iv, sealing.await?].concat()) })
    }

    fn open(&self, sealed: &[u8]) -> LocalBoxFuture<'static, Option<Vec<u8>>> {
        match sealed.split_at_checked(IV) {
            Some((iv, bytes)) => self.run("decrypt", iv.to_vec(), bytes.to_vec()),
            None => Box::pin(std::future::ready(None)),
        }
    }
}

async fn find_in_time() -> Option<JsValue> {
    #[allow(clippy::disallowed_methods)] // an adapter has no clock but the browser's
    let patience = gloo_timers::future::sleep(PATIENCE);
    match select(Box::pin(find()), patience).await {
        Either::Left((key, _)) => key,
        Either::Right(_) => None,
    }
}

async fn find() -> Option<JsValue> {
    let database = open().await?;
    let key = match kept(&database).await {
        Some(key) => Some(key),
        None => make(&database).await,
    };
    database.close();
    key
}

/// The key that is kept.
async fn kept(database: &IdbDatabase) -> Option<JsValue> {
    let store = database.transaction_with_str(STORE).ok()?.object_store(STORE).ok()?;
    let key = answer(&store.get(&KEY.into()).ok()?).await?;
    key.is_object().then_some(key)
}

/// Makes a key and adds it; another tab may have been first. The reading waits until the writing is done.
async fn make(database: &IdbDatabase) -> Option<JsValue> {
    let how = algorithm();
    set(&how, "length", &256.into());
    let uses: Array = ["encrypt", "decrypt"].into_iter().map(JsValue::from_str).collect();
    let key = subtle("generateKey", &[how.into(), JsValue::FALSE, uses.into()]).await?;
    let strict = Object::new();
    set(&strict, "durability", &"strict".into());
    // web-sys knows the third argument only as an unstable interface
    let transaction = call(database, "transaction", &[STORE.into(), "readwrite".into(), strict.into()])?;
    let store = transaction.unchecked_into::<web_sys::IdbTransaction>().object_store(STORE).ok()?;
    let _ = answer(&store.add_with_key(&key, &KEY.into()).ok()?).await; // refused where one is there already
    kept(database).await
}

async fn open() -> Option<IdbDatabase> {
    let factory: IdbFactory = get(&js_sys::global(), "indexedDB")?.dyn_into().ok()?;
    let request = factory.open_with_u32(&super::own_name(DATABASE), 1).ok()?;
    let opening = request.clone();
    let upgrade = Closure::once_into_js(move || {
        if let Some(database) = opening.result().ok().and_then(|opened| opened.dyn_into::<IdbDatabase>().ok()) {
            let _ = database.create_object_store(STORE); // without it, nothing is found
        }
    });
    request.set_onupgradeneeded(Some(upgrade.unchecked_ref()));
    answer(&request).await?.dyn_into().ok()
}

/// The result of a request, when it has one.
async fn answer(request: &IdbRequest) -> Option<JsValue> {
    let settled = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    JsFuture::from(settled).await.ok()?;
    request.result().ok()
}

fn algorithm() -> Object {
    let how = Object::new();
    set(&how, "name", &"AES-GCM".into());
    how
}

/// Calls a method of `crypto.subtle`, and waits for what it promises.
async fn subtle(operation: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let crypto = get(&js_sys::global(), "crypto")?;
    let promise = call(&get(&crypto, "subtle")?, operation, arguments)?;
    JsFuture::from(promise.dyn_into::<Promise>().ok()?).await.ok()
}

fn call(object: &JsValue, method: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let method: Function = get(object, method)?.dyn_into().ok()?;
    method.apply(object, &arguments.iter().collect()).ok()
}

/// A property; `None` of what is no object.
fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok()
}

fn set(object: &Object, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value); // it is our own, and takes everything
}
