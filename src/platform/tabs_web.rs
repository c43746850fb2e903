//! Tabs of one browser: leadership by Web Lock, talk by `BroadcastChannel`.
//!
//! A lock lasts until its holder lets go, closes or crashes, so a dead leader needs no timeout; only a
//! frozen one has to be robbed. A browser without locks or channels lets each tab lead itself.

use super::{
    own_name,
    subscribers::Subscribers,
    tabs::{Leadership, Tabs},
    window,
};
use futures::{
    FutureExt,
    channel::oneshot,
    future::{Either, LocalBoxFuture, Shared, pending, select},
    stream::LocalBoxStream,
};
use js_sys::{Function, Object, Promise, Reflect};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{AbortController, BroadcastChannel, MessageEvent};

/// This tab among those of one workspace and account.
pub struct WebTabs {
    name: String,
    channel: Option<Channel>,
    subscribers: Rc<Subscribers<String>>,
}

/// An open channel and the handler of its messages.
struct Channel {
    channel: BroadcastChannel,
    _handler: Closure<dyn FnMut(MessageEvent)>,
}

impl WebTabs {
    /// Joins the tabs that share `name`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let name = own_name(name);
        let subscribers = Rc::new(Subscribers::default());
        Self { channel: Channel::open(&name, Rc::clone(&subscribers)), name, subscribers }
    }

    fn hold(&self, name: String, how: How) -> LocalBoxFuture<'static, Box<dyn Leadership>> {
        Box::pin(async move {
            let Ok((held, granted)) = Held::request(&name, how) else { return alone() };
            let ended = held.ended.clone();
            match select(granted, ended).await {
                Either::Left(_) => Box::new(held) as Box<dyn Leadership>,
                Either::Right(_) => alone(), // refused: an opaque origin
            }
        })
    }
}

impl Tabs for WebTabs {
    fn lead(&self) -> LocalBoxFuture<'static, Box<dyn Leadership>> {
        self.hold(self.name.clone(), How::Wait)
    }

    fn steal(&self) -> LocalBoxFuture<'static, Box<dyn Leadership>> {
        self.hold(self.name.clone(), How::Steal)
    }

    fn turn(&self, at: &str) -> LocalBoxFuture<'static, Box<dyn Leadership>> {
        self.hold([&self.name, "#", at].concat(), How::Wait)
    }

    fn broadcast(&self, message: &str) {
        if let Some(channel) = &self.channel {
            let _ = channel.channel.post_message(&message.into()); // fails only when closed
        }
    }

    fn messages(&self) -> LocalBoxStream<'static, String> {
        self.subscribers.subscribe()
    }
}

impl Channel {
    fn open(name: &str, subscribers: Rc<Subscribers<String>>) -> Option<Self> {
        let channel = BroadcastChannel::new(name).ok()?;
        let handler = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(message) = event.data().as_string() {
                subscribers.send(&message);
            }
        });
        channel.set_onmessage(Some(handler.as_ref().unchecked_ref()));
        Some(Self { channel, _handler: handler })
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Wait,
    Steal,
}

/// A lock that is asked for or held; dropping it leaves the queue, or lets the lock go.
struct Held {
    /// Its end lets the lock go.
    _release: oneshot::Sender<()>,
    /// Takes the request back, if the lock is not granted yet.
    request: Option<AbortController>,
    ended: Shared<LocalBoxFuture<'static, bool>>,
    _callback: Closure<dyn FnMut(JsValue) -> JsValue>,
}

impl Held {
    /// Asks for the lock; the receiver hears when it is granted.
    fn request(name: &str, how: How) -> Result<(Self, oneshot::Receiver<()>), JsValue> {
        let navigator = window().map(|window| window.navigator()).ok_or(JsValue::UNDEFINED)?;
        let locks = Reflect::get(&navigator, &"locks".into())?;
        let request: Function = Reflect::get(&locks, &"request".into())?.dyn_into()?;
        let (options, controller) = options(how)?;
        let (granted, on_granted) = oneshot::channel();
        let (release, on_release) = oneshot::channel();
        let callback = callback(granted, on_release);
        let promise: Promise = request.call3(&locks, &name.into(), &options, callback.as_ref())?.dyn_into()?;
        let ended = JsFuture::from(promise).map(|end| end.is_err()).boxed_local().shared();
        Ok((Self { _release: release, request: controller, ended, _callback: callback }, on_granted))
    }
}

impl Leadership for Held {
    fn lost(&self) -> LocalBoxFuture<'static, ()> {
        let ended = self.ended.clone();
        Box::pin(async move {
            if !ended.await {
                pending::<()>().await; // it was let go, not stolen
            }
        })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(request) = &self.request {
            request.abort();
        }
    }
}

/// What to ask the lock manager for; a theft cannot be taken back.
fn options(how: How) -> Result<(Object, Option<AbortController>), JsValue> {
    let options = Object::new();
    if how == How::Steal {
        Reflect::set(&options, &"steal".into(), &JsValue::TRUE)?;
        return Ok((options, None));
    }
    let controller = AbortController::new()?;
    Reflect::set(&options, &"signal".into(), &controller.signal())?;
    Ok((options, Some(controller)))
}

/// Called when the lock is granted; the lock is held until the promise that it returns is kept.
fn callback(granted: oneshot::Sender<()>, release: oneshot::Receiver<()>) -> Closure<dyn FnMut(JsValue) -> JsValue> {
    let mut once = Some((granted, release));
    Closure::new(move |_lock: JsValue| {
        let Some((granted, release)) = once.take() else { return JsValue::UNDEFINED };
        let _ = granted.send(());
        future_to_promise(async move {
            let _ = release.await;
            Ok(JsValue::UNDEFINED)
        })
        .into()
    })
}

/// The lead of a tab that cannot see others.
struct Alone;

fn alone() -> Box<dyn Leadership> {
    Box::new(Alone)
}

impl Leadership for Alone {
    fn lost(&self) -> LocalBoxFuture<'static, ()> {
        Box::pin(pending())
    }
}
