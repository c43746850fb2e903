//! Chance: ids and jitter.

/// A source of random bytes.
pub trait Random {
    /// Fills the buffer.
    fn fill(&self, bytes: &mut [u8]);

    /// Any number.
    fn number(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A number in `0.0..1.0`.
    fn unit(&self) -> f64 {
        #[allow(clippy::cast_precision_loss)] // 53 bits are exactly representable
        let fraction = (self.number() >> 11) as f64;
        fraction / 9_007_199_254_740_992.0
    }
}

/// The id of an operation: a `UUIDv7`.
#[must_use]
pub fn operation_id(clock: &dyn super::Clock, random: &dyn Random) -> String {
    let mut bytes = [0; 10];
    random.fill(&mut bytes);
    let millis = u64::try_from(clock.now().0).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid().to_string()
}

/// `crypto.getRandomValues`.
#[cfg(target_arch = "wasm32")]
#[derive(Clone, Copy, Debug, Default)]
pub struct WebRandom;

#[cfg(target_arch = "wasm32")]
#[allow(clippy::disallowed_methods)] // the adapter that the others ask
impl Random for WebRandom {
    fn fill(&self, bytes: &mut [u8]) {
        let filled = super::window()
            .and_then(|window| window.crypto().ok())
            .is_some_and(|crypto| crypto.get_random_values_with_u8_array(bytes).is_ok());
        if !filled {
            for byte in bytes {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0.0..256.0
                let random = (js_sys::Math::random() * 256.0) as u8;
                *byte = random;
            }
        }
    }
}
