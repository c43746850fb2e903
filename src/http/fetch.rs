//! The browser's fetch as a transport.
//!
//! The body is read chunk by chunk, so that one over the limit is refused before it fills the
//! memory and the phase is known. Dropping the future, or the body, aborts the fetch. Fetch tells one thing only
//! of a failure, "it failed": a dead server and a missing CORS header look the same. A second request
//! in `no-cors` mode tells them apart, and is made only for calls that ask for it (`diagnose`).
//! Fetch tells nothing of how far an upload has come: calls that want to know go by `XMLHttpRequest` (`xhr.rs`).

use super::{Headers, HttpError, Method, Phase, Request, Response, StreamedResponse, Transport, xhr};
use futures::{StreamExt, future::LocalBoxFuture};
use gloo_net::http as gloo;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{AbortController, RequestCache, RequestCredentials, RequestMode};

#[wasm_bindgen]
extern "C" {
    /// A `ReadableStream` of bytes.
    type ReadableStream;
    /// A `ReadableStreamDefaultReader`.
    type BodyReader;

    #[wasm_bindgen(method, js_name = getReader)]
    fn reader(this: &ReadableStream) -> BodyReader;

    #[wasm_bindgen(method, catch)]
    async fn read(this: &BodyReader) -> Result<JsValue, JsValue>;
}

/// Sends by `fetch`, in a page or a worker.
#[derive(Clone, Copy, Debug, Default)]
pub struct FetchTransport;

impl Transport for FetchTransport {
    fn stream(&self, request: Request) -> LocalBoxFuture<'_, Result<StreamedResponse, HttpError>> {
        Box::pin(fetch(request))
    }

    fn send(&self, request: Request) -> LocalBoxFuture<'_, Result<Response, HttpError>> {
        let limit = request.options.body_limit;
        match request.options.on_progress {
            Some(_) => Box::pin(xhr::send(request)),
            None => Box::pin(async move { fetch(request).await?.whole(limit).await }),
        }
    }
}

/// Aborts when it is dropped; a fetch that has ended does not mind.
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn fetch(request: Request) -> Result<StreamedResponse, HttpError> {
    request.check()?;
    let abort = AbortOnDrop(AbortController::new().map_err(|_| unsendable("no AbortController here"))?);
    let ready = prepare(&request, &abort.0).map_err(|error| unsendable(&error.to_string()))?;
    let answer = match ready.send().await {
        Ok(answer) => answer,
        Err(error) => return Err(failure(&error, &request).await),
    };
    request.progress.enter(Phase::Body);
    let (status, headers) = (answer.status(), answer.headers().entries().collect::<Headers>());
    let reader = answer.body().map(|stream| stream.unchecked_ref::<ReadableStream>().reader());
    let body = futures::stream::unfold((reader, abort), |(reader, abort)| async move {
        let reader = reader?;
        match chunk(&reader).await.transpose()? {
            Ok(chunk) => Some((Ok(chunk), (Some(reader), abort))),
            Err(error) => Some((Err(error), (None, abort))),
        }
    });
    Ok(StreamedResponse { status, headers, body: body.boxed_local() })
}

fn prepare(request: &Request, abort: &AbortController) -> Result<gloo::Request, gloo_net::Error> {
    let mut builder =
        gloo::RequestBuilder::new(request.url.as_str()).method(method(request)).abort_signal(Some(&abort.signal()));
    for (name, value) in request.headers.iter() {
        builder = builder.header(name, value);
    }
    if request.options.revalidate {
        builder = builder.cache(RequestCache::NoCache);
    }
    match &request.body {
        Some(body) => builder.body(Uint8Array::from(body.bytes())),
        None => builder.build(),
    }
}

/// What comes next; `None` at the end.
async fn chunk(reader: &BodyReader) -> Result<Option<Vec<u8>>, HttpError> {
    let step = reader.read().await.map_err(|_| HttpError::Unreachable)?;
    let value = Reflect::get(&step, &"value".into()).and_then(JsValue::dyn_into::<Uint8Array>);
    Ok(value.ok().map(|chunk| chunk.to_vec()))
}

/// What a fetch that gave no answer means.
async fn failure(error: &gloo_net::Error, request: &Request) -> HttpError {
    match error {
        gloo_net::Error::JsError(error) if error.name == "AbortError" => HttpError::Cancelled,
        _ => unanswered(request).await,
    }
}

/// What it means that no answer came.
pub(super) async fn unanswered(request: &Request) -> HttpError {
    if request.options.diagnose && answers_opaquely(request).await {
        HttpError::LikelyCors
    } else {
        HttpError::Unreachable
    }
}

/// Whether the server answers when the browser is told to keep the answer to itself.
async fn answers_opaquely(request: &Request) -> bool {
    gloo::RequestBuilder::new(&request.url.origin())
        .mode(RequestMode::NoCors)
        .credentials(RequestCredentials::Omit)
        .send()
        .await
        .is_ok()
}

pub(super) fn unsendable(reason: &str) -> HttpError {
    HttpError::Unsendable { reason: reason.to_owned() }
}

fn method(request: &Request) -> gloo::Method {
    match request.method {
        Method::Get => gloo::Method::GET,
        Method::Head => gloo::Method::HEAD,
        Method::Post => gloo::Method::POST,
        Method::Put => gloo::Method::PUT,
        Method::Patch => gloo::Method::PATCH,
        Method::Delete => gloo::Method::DELETE,
    }
}
