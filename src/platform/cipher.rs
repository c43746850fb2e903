//! Sealing what lies on this device: AES-GCM under a key that the page's scripts can use but not read.
//!
//! Hygiene, not a wall: it stops casual reading of the profile's files, not a script that runs in the page.

use futures::future::LocalBoxFuture;

/// Seals and opens small texts.
pub trait Cipher {
    /// The bytes, sealed; `None` where this browser cannot.
    fn seal(&self, bytes: &[u8]) -> LocalBoxFuture<'static, Option<Vec<u8>>>;
    /// What was sealed here; `None` if it was not, or the key is gone.
    fn open(&self, sealed: &[u8]) -> LocalBoxFuture<'static, Option<Vec<u8>>>;
}
