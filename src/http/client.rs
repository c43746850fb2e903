//! The front door: a base address, defaults, the chain in its lawful order, and one call at a time.
//!
//! The order of the chain is not the caller's to get wrong (see the module's header): the builder
//! takes the parts and puts them where they belong.

use super::{
    Auth, Body, Credentials, Form, Headers, HttpError, Method, Middleware, Next, OnProgress, Options, Request,
    Response, StreamedResponse, Transport, Url,
    logging::Logging,
    reachable::Reachable,
    retry::{Policy, Retry},
    stream::Opening,
    timeout::{AttemptTimeout, TotalTimeout},
};
use crate::platform::Environment;
use std::{rc::Rc, time::Duration};

/// The time for one attempt, unless the client or the call says otherwise.
pub const ATTEMPT: Duration = Duration::from_secs(15);
/// The time for a whole call, unless the client or the call says otherwise.
pub const TOTAL: Duration = Duration::from_secs(60);
/// The longest body to accept, in bytes, unless the client or the call says otherwise.
pub const BODY_LIMIT: usize = 32 << 20;

/// Gathers what a client is made of.
pub struct ClientBuilder {
    transport: Rc<dyn Transport>,
    environment: Environment,
    base: Url,
    headers: Headers,
    attempt: Duration,
    total: Duration,
    body_limit: usize,
    policy: Policy,
    log: Option<Rc<dyn Middleware>>,
    auth: Option<Rc<dyn Middleware>>,
    own: Vec<Rc<dyn Middleware>>,
}

impl ClientBuilder {
    /// Paths of calls go beneath this address.
    #[must_use]
    pub fn base(mut self, base: &str) -> Self {
        self.base = Url::new(base);
        self
    }

    /// A header of every request that does not set it itself.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.set(name, value);
        self
    }

    /// The time for one attempt, and for the whole call.
    #[must_use]
    pub fn timeouts(mut self, attempt: Duration, total: Duration) -> Self {
        (self.attempt, self.total) = (attempt, total);
        self
    }

    /// The longest body to accept, in bytes.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// How often to try again.
    #[must_use]
    pub fn retry(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Writes one line a call, without secrets.
    #[must_use]
    pub fn log(mut self, sink: impl Fn(&str) + 'static) -> Self {
        self.log = Some(Rc::new(Logging::new(Rc::new(sink), self.environment.clock.clone())));
        self
    }

    /// Signs the requests to these origins.
    #[must_use]
    pub fn auth(mut self, credentials: Rc<dyn Credentials>, origins: &[&str]) -> Self {
        self.auth = Some(Rc::new(Auth::new(credentials, origins)));
        self
    }

    /// A middleware of one's own: it sees each call once, whatever is retried beneath it.
    #[must_use]
    pub fn with(mut self, middleware: impl Middleware + 'static) -> Self {
        self.own.push(Rc::new(middleware));
        self
    }

    /// The client.
    #[must_use]
    pub fn build(self) -> Client {
        let Environment { clock, random, connectivity, .. } = self.environment;
        let mut chain: Vec<Rc<dyn Middleware>> = Vec::new();
        chain.extend(self.log);
        chain.push(Rc::new(Reachable::new(connectivity)));
        chain.extend(self.own);
        chain.push(Rc::new(TotalTimeout { default: self.total, clock: clock.clone() }));
        chain.push(Rc::new(Retry::new(self.policy, clock.clone(), random)));
        chain.extend(self.auth);
        chain.push(Rc::new(AttemptTimeout { default: self.attempt, clock }));
        let (base, headers, body_limit, transport) = (self.base, self.headers, self.body_limit, self.transport);
        Client(Rc::new(Parts { base, headers, body_limit, chain, transport }))
    }
}

/// Sends requests. Clones share everything.
#[derive(Clone)]
pub struct Client(Rc<Parts>);

struct Parts {
    base: Url,
    headers: Headers,
    body_limit: usize,
    chain: Vec<Rc<dyn Middleware>>,
    transport: Rc<dyn Transport>,
}

impl Client {
    /// A client over `transport`, with connectivity check, deadlines and retry in place.
    pub fn builder(transport: Rc<dyn Transport>, environment: &Environment) -> ClientBuilder {
        ClientBuilder {
            transport,
            environment: environment.clone(),
            base: Url::default(),
            headers: [("accept", "application/json, */*;q=0.5")].into_iter().collect(),
            attempt: ATTEMPT,
            total: TOTAL,
            body_limit: BODY_LIMIT,
            policy: Policy::default(),
            log: None,
            auth: None,
            own: Vec::new(),
        }
    }

    /// The address that paths go beneath.
    #[must_use]
    pub fn base(&self) -> &Url {
        &self.0.base
    }

    /// A call to `path` beneath the base, or to an absolute address.
    pub fn call(&self, method: Method, path: &str) -> Call {
        Call { client: self.clone(), request: Request::new(method, self.0.base.join(path)) }
    }

    /// Reads.
    pub fn get(&self, path: &str) -> Call {
        self.call(Method::Get, path)
    }

    /// Does whatever the resource means by it.
    pub fn post(&self, path: &str) -> Call {
        self.call(Method::Post, path)
    }

    /// Replaces.
    pub fn put(&self, path: &str) -> Call {
        self.call(Method::Put, path)
    }

    /// Changes in part.
    pub fn patch(&self, path: &str) -> Call {
        self.call(Method::Patch, path)
    }

    /// Removes.
    pub fn delete(&self, path: &str) -> Call {
        self.call(Method::Delete, path)
    }

    /// Sends a request of which the address is complete. Dropping the future ends it.
    ///
    /// # Errors
    /// [`HttpError`]; any status but 2xx is [`HttpError::Status`].
    pub async fn send(&self, request: Request) -> Result<Response, HttpError> {
        self.run(request, &*self.0.transport).await
    }

    /// Sends a request of which the address is complete, and gives its body while it arrives. All deadlines end with
    /// the headers, no limit of length holds. Dropping the future, or the body, ends it.
    ///
    /// # Errors
    /// [`HttpError`]; any status but 2xx is [`HttpError::Status`].
    pub async fn stream(&self, request: Request) -> Result<StreamedResponse, HttpError> {
        let opening = Opening::new(&*self.0.transport);
        let answer = self.run(request, &opening).await?;
        Ok(opening.finish(answer))
    }

    async fn run(&self, mut request: Request, transport: &dyn Transport) -> Result<Response, HttpError> {
        for (name, value) in self.0.headers.iter() {
            if !request.headers.has(name) {
                request.headers.append(name, value);
            }
        }
        request.options.body_limit.get_or_insert(self.0.body_limit);
        request.check()?;
        Next::new(&self.0.chain, transport).run(request).await?.into_success()
    }
}

/// One call being put together. A clone is the same call, to be sent again.
#[derive(Clone)]
#[must_use = "nothing is sent before `send` is awaited"]
pub struct Call {
    client: Client,
    request: Request,
}

impl Call {
    /// One more path segment, encoded: ids belong here, never in the path's text.
    pub fn segment(mut self, segment: &str) -> Self {
        self.request.url = self.request.url.segment(segment);
        self
    }

    /// One more query parameter, encoded.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.request.url = self.request.url.query(name, value);
        self
    }

    /// A header, in place of any of that name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request.headers.set(name, value);
        self
    }

    /// A key by which the server knows a repetition: with it, a POST or PATCH may be retried too.
    pub fn idempotency_key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// A JSON body.
    pub fn json(self, body: &serde_json::Value) -> Self {
        self.body("application/json", body.to_string().into_bytes())
    }

    /// A body of bytes.
    pub fn body(mut self, content_type: &str, bytes: Vec<u8>) -> Self {
        self.request.body = Some(Body::Replayable(bytes.into()));
        self.header("content-type", content_type)
    }

    /// A form of fields and files.
    pub fn form(self, form: Form) -> Self {
        let (content_type, bytes) = form.end();
        self.body(&content_type, bytes)
    }

    /// Is told how many bytes of the body have left this device, and of how many.
    pub fn on_progress(mut self, watcher: impl Fn(u64, u64) + 'static) -> Self {
        self.request.options.on_progress = Some(OnProgress::new(watcher));
        self
    }

    /// Asks the server whether a cached answer is still good, instead of trusting the HTTP cache.
    pub fn revalidate(mut self) -> Self {
        self.request.options.revalidate = true;
        self
    }

    /// What this call wants otherwise than its client.
    pub fn options(mut self, options: Options) -> Self {
        self.request.options = options;
        self
    }

    /// Sends it. Dropping the future ends it.
    ///
    /// # Errors
    /// [`HttpError`]; any status but 2xx is [`HttpError::Status`].
    pub async fn send(self) -> Result<Response, HttpError> {
        self.client.send(self.request).await
    }

    /// Sends it, and gives the body while it arrives (see [`Client::stream`]).
    ///
    /// # Errors
    /// [`HttpError`]; any status but 2xx is [`HttpError::Status`].
    pub async fn stream(self) -> Result<StreamedResponse, HttpError> {
        self.client.stream(self.request).await
    }
}
