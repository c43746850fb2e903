//! One direction of a connection, written: as fast, and as far, as the fault allows.

use std::io;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::watch;

/// How often a slowed direction writes.
const BEAT: Duration = Duration::from_millis(20);

/// Whether nothing moves at all.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Weather {
    /// Bytes wait, in both directions.
    pub frozen: bool,
    /// Nobody listens.
    pub refusing: bool,
    /// Raised to end all connections.
    pub cuts: u64,
    /// Raised to let go of all held requests.
    pub releases: u64,
}

/// Writes one direction.
pub struct Pen {
    stream: OwnedWriteHalf,
    weather: watch::Receiver<Weather>,
    /// Bytes a second.
    rate: Option<u32>,
    /// Bytes until the connection is cut.
    left: Option<usize>,
}

impl Pen {
    pub fn new(stream: OwnedWriteHalf, weather: watch::Receiver<Weather>) -> Self {
        Self { stream, weather, rate: None, left: None }
    }

    /// Slows down to so many bytes a second; `None` for full speed.
    pub fn slow_down(&mut self, rate: Option<u32>) {
        self.rate = rate;
    }

    /// Writes so many bytes more, and fails at the next one.
    pub fn cut_after(&mut self, bytes: usize) {
        self.left = Some(bytes);
    }

    /// Writes all of it, or as much as is allowed.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let allowed = self.left.map_or(bytes.len(), |left| left.min(bytes.len()));
        let share = self.rate.map_or(usize::MAX, |rate| (rate as usize / 50).max(1));
        for part in bytes[..allowed].chunks(share.min(1 << 16)) {
            if self.rate.is_some() {
                tokio::time::sleep(BEAT.mul_f64(part.len() as f64 / share as f64)).await;
            }
            let _ = self.weather.wait_for(|weather| !weather.frozen).await;
            self.stream.write_all(part).await?;
        }
        if let Some(left) = &mut self.left {
            *left -= allowed;
        }
        if allowed < bytes.len() { Err(io::ErrorKind::WriteZero.into()) } else { Ok(()) }
    }
}
