//! `XMLHttpRequest`, for the one thing that fetch cannot do: tell how far an upload has come.
//!
//! One handler hears both objects of a request: the upload's `progress`, and the request's `loadend`, which comes
//! exactly once whatever happened. A status of 0 then means that no answer came. Dropping the future aborts.

use super::{
    Headers, HttpError, OnProgress, Phase, Request, Response,
    fetch::{unanswered, unsendable},
};
use futures::channel::oneshot;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{ProgressEvent, XmlHttpRequest, XmlHttpRequestResponseType};

/// Sends the request once, and reads the whole answer.
pub(super) async fn send(request: Request) -> Result<Response, HttpError> {
    request.check()?;
    let refused = |_: JsValue| unsendable("the browser refuses it");
    let xhr = XmlHttpRequest::new().map_err(refused)?;
    let (sender, ended) = oneshot::channel();
    let handler = handler(sender, &request);
    let call = AbortOnDrop { xhr, handler };
    call.open(&request).map_err(refused)?;
    let body = request.body.as_ref().map(|body| Uint8Array::from(body.bytes()));
    call.xhr.send_with_opt_js_u8_array(body.as_ref()).map_err(refused)?;
    let _ = ended.await;
    match call.answer() {
        Some(answer) => within(answer, request.options.body_limit),
        None => Err(unanswered(&request).await),
    }
}

type Handler = Closure<dyn FnMut(ProgressEvent)>;

/// Hears `progress` and `loadend`.
fn handler(sender: oneshot::Sender<()>, request: &Request) -> Handler {
    let watcher = request.options.on_progress.clone();
    let progress = request.progress.clone();
    let mut sender = Some(sender);
    Closure::new(move |event: ProgressEvent| {
        if event.type_() == "progress" {
            progress.moved();
            tell(watcher.as_ref(), &event);
        } else if let Some(sender) = sender.take() {
            progress.enter(Phase::Body);
            let _ = sender.send(());
        }
    })
}

fn tell(watcher: Option<&OnProgress>, event: &ProgressEvent) {
    if let Some(watcher) = watcher {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // whole, positive and below 2^53
        watcher.tell(event.loaded() as u64, event.total() as u64);
    }
}

/// Aborts when it is dropped; a request that has ended does not mind.
struct AbortOnDrop {
    xhr: XmlHttpRequest,
    handler: Handler,
}

impl AbortOnDrop {
    fn open(&self, request: &Request) -> Result<(), JsValue> {
        self.xhr.open(request.method.as_str(), request.url.as_str())?;
        for (name, value) in request.headers.iter() {
            self.xhr.set_request_header(name, value)?;
        }
        self.xhr.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
        let handler = Some(self.handler.as_ref().unchecked_ref());
        self.xhr.set_onloadend(handler);
        self.xhr.upload()?.set_onprogress(handler);
        Ok(())
    }

    fn answer(&self) -> Option<Response> {
        let status = self.xhr.status().ok().filter(|status| *status != 0)?;
        let headers = self.xhr.get_all_response_headers().unwrap_or_default();
        let headers = headers.lines().filter_map(|line| line.split_once(": ")).collect::<Headers>();
        let body = self.xhr.response().ok().and_then(|body| body.dyn_into::<ArrayBuffer>().ok());
        let body = body.map(|body| Uint8Array::new(&body).to_vec()).unwrap_or_default();
        Some(Response { status, headers, body })
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.xhr.set_onloadend(None);
        if let Ok(upload) = self.xhr.upload() {
            upload.set_onprogress(None);
        }
        let _ = self.xhr.abort();
    }
}

fn within(answer: Response, limit: Option<usize>) -> Result<Response, HttpError> {
    match limit {
        Some(limit) if answer.body.len() > limit => Err(HttpError::TooLarge { limit }),
        _ => Ok(answer),
    }
}
