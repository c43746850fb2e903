//! The browser's cipher: what it seals opens again, here and only here, and nobody can read its key.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used)] // a test may stop

#[path = "support/patch.rs"]
mod patch;

use landfall::platform::{Cipher, WebCipher};
use patch::{Patch, js};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// A cipher that looks for its key anew, as another tab or a reload does.
async fn sealed_and_opened(sealer: &WebCipher, opener: &WebCipher, text: &[u8]) -> Option<Vec<u8>> {
    let sealed = sealer.seal(text).await.expect("this browser can seal");
    opener.open(&sealed).await
}

async fn forget_key() {
    js("new Promise((done, fail) => {
        const request = indexedDB.deleteDatabase('landfall/keys');
        request.onsuccess = done; // after the last connection has ended what it does
        request.onerror = fail; })")
    .await;
}

/// The kept key as the page's own scripts find it, in `__key`.
const READ_KEY: &str = "new Promise((done, fail) => {
    const request = indexedDB.open('landfall/keys');
    request.onerror = fail;
    request.onsuccess = () => {
        const reading = request.result.transaction('keys').objectStore('keys').get('session');
        reading.onsuccess = () => { globalThis.__key = reading.result; request.result.close(); done(); };
    }; })";

#[wasm_bindgen_test]
async fn what_is_sealed_opens_again_here_after_a_reload_and_in_another_tab() {
    let cipher = WebCipher::new();
    for text in [&b""[..], b"secret", &[0; 70_000]] {
        assert_eq!(sealed_and_opened(&cipher, &cipher, text).await.as_deref(), Some(text));
        assert_eq!(sealed_and_opened(&cipher, &WebCipher::new(), text).await.as_deref(), Some(text));
    }
}

#[wasm_bindgen_test]
async fn no_text_is_sealed_twice_alike_or_lies_in_the_clear() {
    let cipher = WebCipher::new();
    let (one, two) = (cipher.seal(b"secret").await, cipher.seal(b"secret").await);
    let (one, two) = (one.expect("sealed"), two.expect("sealed"));
    assert_ne!(one[..12], two[..12], "the IV is never used again");
    assert_ne!(one[12..], two[12..]);
    assert_eq!(one.len(), 12 + 6 + 16);
    assert!(!one.windows(6).any(|window| window == b"secret"));
}

#[wasm_bindgen_test]
async fn what_was_changed_cut_or_never_sealed_does_not_open() {
    let cipher = WebCipher::new();
    let sealed = cipher.seal(b"secret").await.expect("sealed");
    for place in [0, 12, sealed.len() - 1] {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        assert_eq!(cipher.open(&changed).await, None, "byte {place}");
    }
    for length in [0, 11, 12, sealed.len() - 1] {
        assert_eq!(cipher.open(&sealed[..length]).await, None, "{length} bytes");
    }
}

#[wasm_bindgen_test]
async fn the_key_can_be_used_and_not_read() {
    WebCipher::new().seal(b"makes a key").await.expect("sealed");
    js(READ_KEY).await;
    assert_eq!(js("__key instanceof CryptoKey && !__key.extractable && __key.algorithm.length").await, 256);
    let read = "Promise.any(['raw', 'jwk'].map(form => crypto.subtle.exportKey(form, __key)))
        .then(() => 'read', () => 'refused')";
    assert_eq!(js(read).await, "refused");
}

#[wasm_bindgen_test]
async fn tabs_that_make_a_key_at_once_end_with_the_same() {
    forget_key().await;
    let tabs: Vec<WebCipher> = (0..8).map(|_| WebCipher::new()).collect();
    let sealed = futures::future::join_all(tabs.iter().map(|tab| tab.seal(b"secret"))).await;
    for sealed in sealed {
        let sealed = sealed.expect("sealed");
        for tab in &tabs {
            assert_eq!(tab.open(&sealed).await.as_deref(), Some(&b"secret"[..]));
        }
    }
}

#[wasm_bindgen_test]
async fn a_key_is_looked_for_once_for_all_who_ask() {
    forget_key().await;
    js("globalThis.__made = 0").await;
    let _patch = Patch::new(
        "SubtleCrypto.prototype",
        "generateKey",
        "function (...args) { __made += 1; return original.apply(this, args); }",
    );
    let cipher = WebCipher::new();
    futures::future::join_all((0..8).map(|_| cipher.seal(b"secret"))).await;
    assert_eq!(js("__made").await, 1);
}

#[wasm_bindgen_test]
async fn without_the_key_what_was_sealed_is_lost_and_the_next_text_is_not() {
    let sealed = WebCipher::new().seal(b"secret").await.expect("sealed");
    forget_key().await;
    let cipher = WebCipher::new();
    assert_eq!(cipher.open(&sealed).await, None);
    assert_eq!(sealed_and_opened(&cipher, &cipher, b"next").await.as_deref(), Some(&b"next"[..]));
}

#[wasm_bindgen_test]
async fn a_browser_that_cannot_says_so_and_is_asked_again() {
    let cipher = WebCipher::new();
    let no_crypto = Patch::getter("crypto", "subtle", "undefined"); // as on plain http
    assert_eq!(cipher.seal(b"secret").await, None);
    drop(no_crypto);
    let forbidden = Patch::new("IDBFactory.prototype", "open", "function () { throw new DOMException('no'); }");
    assert_eq!(WebCipher::new().seal(b"secret").await, None);
    let other = WebCipher::new();
    assert_eq!(other.seal(b"secret").await, None);
    drop(forbidden);
    assert_eq!(sealed_and_opened(&other, &cipher, b"secret").await.as_deref(), Some(&b"secret"[..]));
}

#[wasm_bindgen_test]
async fn a_database_without_an_answer_is_not_waited_for() {
    let _silent = Patch::new("IDBFactory.prototype", "open", "function () { return {}; }");
    let _hurry = Patch::new(
        "globalThis",
        "setTimeout",
        "(handler, ms, ...rest) => original.call(globalThis, handler, ms === 5000 ? 1 : ms, ...rest)",
    );
    assert_eq!(WebCipher::new().seal(b"secret").await, None);
}
