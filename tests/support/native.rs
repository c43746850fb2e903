//! What the browser gives the app, for tests that speak to real servers: requests by reqwest, time by tokio.
#![allow(dead_code)] // each test file uses a part

use futures::{StreamExt, future::LocalBoxFuture, stream::unfold};
use landfall::http::{Headers, HttpError, Phase, Request, StreamedResponse, Transport};
use landfall::model::Timestamp;
use landfall::platform::{Clock, Environment, MemoryConnectivity, MemoryTabs, Random};
use std::{
    cell::Cell,
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hasher},
    rc::Rc,
    time::{Duration, Instant, SystemTime},
};

/// Carries requests by reqwest.
#[derive(Clone, Default)]
pub struct NativeTransport(reqwest::Client);

impl Transport for NativeTransport {
    fn stream(&self, request: Request) -> LocalBoxFuture<'_, Result<StreamedResponse, HttpError>> {
        Box::pin(async move {
            let answer = self.begin(&request).await?;
            request.progress.enter(Phase::Body);
            let (status, headers) = (answer.status().as_u16(), headers_of(&answer));
            let body = unfold(Some(answer), |answer| async move {
                let mut answer = answer?;
                match answer.chunk().await {
                    Ok(chunk) => Some((Ok(chunk?.to_vec()), Some(answer))),
                    Err(_) => Some((Err(HttpError::Unreachable), None)),
                }
            });
            Ok(StreamedResponse { status, headers, body: body.boxed_local() })
        })
    }
}

impl NativeTransport {
    /// Sends the request and waits for the answer's head.
    async fn begin(&self, request: &Request) -> Result<reqwest::Response, HttpError> {
        request.check()?;
        let unsendable = |reason: String| HttpError::Unsendable { reason };
        let method = reqwest::Method::from_bytes(request.method.as_str().as_bytes())
            .map_err(|error| unsendable(error.to_string()))?;
        let mut outgoing = self.0.request(method, request.url.as_str());
        for (name, value) in request.headers.iter() {
            outgoing = outgoing.header(name, value);
        }
        if let Some(body) = &request.body {
            outgoing = outgoing.body(body.bytes().to_vec());
        }
        outgoing
            .send()
            .await
            .map_err(|error| if error.is_builder() { unsendable(error.to_string()) } else { HttpError::Unreachable })
    }
}

fn headers_of(answer: &reqwest::Response) -> Headers {
    let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    answer.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

/// The machine's time; the wall clock can be set wrong on purpose. Clones share that.
#[derive(Clone)]
pub struct TokioClock {
    began: Instant,
    skew_ms: Rc<Cell<i64>>,
}

#[allow(clippy::disallowed_methods)] // native tests only
impl Default for TokioClock {
    fn default() -> Self {
        Self { began: Instant::now(), skew_ms: Rc::default() }
    }
}

impl TokioClock {
    /// The wall clock goes wrong by so much.
    pub fn set_skew(&self, skew_ms: i64) {
        self.skew_ms.set(skew_ms);
    }
}

impl Clock for TokioClock {
    #[allow(clippy::disallowed_methods)] // native tests only
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        Timestamp(i64::try_from(since.as_millis()).unwrap() + self.skew_ms.get())
    }

    fn monotonic_ms(&self) -> f64 {
        self.began.elapsed().as_secs_f64() * 1000.0
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Chance from the standard library's own seeds.
pub struct Chance;

impl Random for Chance {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let number = RandomState::new().build_hasher().finish();
            chunk.copy_from_slice(&number.to_le_bytes()[..chunk.len()]);
        }
    }
}

/// Surroundings with this clock, a network that is there and a tab of its own.
pub fn environment(clock: &TokioClock) -> Environment {
    Environment {
        clock: Rc::new(clock.clone()),
        random: Rc::new(Chance),
        connectivity: Rc::new(MemoryConnectivity::default()),
        tabs: Rc::new(MemoryTabs::new()),
    }
}
