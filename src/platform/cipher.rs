//! Sealing what lies on this device: AES-GCM under a key that the page's scripts can use but not read.
//!
//! Hygiene, not a wall: it stops casual reading of the profile's files, not a script that runs in the page.

use futures::future::LocalBoxFuture;
use std::{cell::Cell, rc::Rc};

/// Seals and opens small texts.
pub trait Cipher {
    /// The bytes, sealed; `None` where this browser cannot.
    fn seal(&self, bytes: &[u8]) -> LocalBoxFuture<'static, Option<Vec<u8>>>;
    /// What was sealed here; `None` if it was not, or the key is gone.
    fn open(&self, sealed: &[u8]) -> LocalBoxFuture<'static, Option<Vec<u8>>>;
}

/// A cipher for tests: no secret is safe with it, but none lies in the clear either. Clones share their key.
#[derive(Clone)]
pub struct MemoryCipher(Rc<Cell<Option<u8>>>);

/// What every opened text begins with, so that a wrong key is noticed.
const MARK: u8 = 0xa5;

impl MemoryCipher {
    /// A cipher with this key.
    #[must_use]
    pub fn new(key: u8) -> Self {
        Self(Rc::new(Cell::new(Some(key))))
    }

    /// From now on it can neither seal nor open, as a browser without WebCrypto.
    pub fn lose_key(&self) {
        self.0.set(None);
    }

    /// Each byte by another number, which goes on from `key`.
    fn turn(key: u8, bytes: impl Iterator<Item = u8>) -> Vec<u8> {
        let numbers = (0_u32..).map(|place| (place.wrapping_mul(167) >> 2).to_le_bytes()[0] ^ key);
        bytes.zip(numbers).map(|(byte, number)| byte ^ number).collect()
    }
}

impl Cipher for MemoryCipher {
    fn seal(&self, bytes: &[u8]) -> LocalBoxFuture<'static, Option<Vec<u8>>> {
        let marked = std::iter::once(MARK).chain(bytes.iter().copied());
        let sealed = self.0.get().map(|key| Self::turn(key, marked));
        Box::pin(std::future::ready(sealed))
    }

    fn open(&self, sealed: &[u8]) -> LocalBoxFuture<'static, Option<Vec<u8>>> {
        let opened = self.0.get().map(|key| Self::turn(key, sealed.iter().copied()));
        let text = opened.and_then(|bytes| Some(bytes.strip_prefix(&[MARK])?.to_vec()));
        Box::pin(std::future::ready(text))
    }
}
