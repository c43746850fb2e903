//! Serves a published folder as a static host does: files, and `index.html` for any other path.
//!
//! It runs on a thread of its own, so that a test which waits for the browser never keeps the browser waiting.
//! A test may put other files over the published ones, which is how a deployer's `landfall.json` comes in,
//! and see what was asked for. What measures asks for the manners of a real host besides: brotli made beforehand, and
//! files that the browser may keep because their names carry a hash.
//!
//! It can go off and come back at the same address, as a host does, and serve a folder that changes under it, as at a
//! deployment.

use super::package_path;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tower_http::services::{ServeDir, ServeFile};

/// A static host on a free port of 127.0.0.1; it ends with this value.
pub struct Site {
    address: SocketAddr,
    desk: Arc<Desk>,
    routes: Router,
    running: Option<Running>,
}

/// A server on a thread of its own.
struct Running {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

/// What the test and the server share.
#[derive(Default)]
struct Desk {
    base: String,
    /// Whether files whose names carry a hash may be kept by the browser.
    lasting: bool,
    replaced: Mutex<HashMap<String, Replacement>>,
    requests: Mutex<Vec<String>>,
    sent: Mutex<Vec<String>>,
}

#[derive(Clone)]
enum Replacement {
    File(String),
    Status(StatusCode),
}

impl Site {
    /// Serves the app that was published for `base` (`/` or `/x/y/`; see `.ci/e2e`). `LANDFALL_DIST` names another
    /// folder for `/`.
    pub fn at(base: &str) -> Self {
        let folder = match std::env::var_os("LANDFALL_DIST") {
            Some(folder) if base == "/" => PathBuf::from(folder),
            _ if base == "/" => package_path("target/e2e/root"),
            _ => package_path("target/e2e").join(base.trim_matches('/')),
        };
        Self::of(base, folder)
    }

    /// Serves the app that was published for `base` in a folder of the test's own.
    pub fn of(base: &str, folder: PathBuf) -> Self {
        assert!(folder.join("index.html").exists(), "no app in {}: run `make e2e`", folder.display());
        let page = ServeFile::new(folder.join("index.html"));
        let files = ServeDir::new(folder).fallback(page);
        let routes = match base {
            "/" => Router::new().fallback_service(files),
            _ => Router::new().nest_service(base.trim_end_matches('/'), files),
        };
        Self::open(routes, Desk { base: base.to_owned(), ..Desk::default() })
    }

    /// Serves a folder for `/` with the manners of a real host. `FILE.br` is sent in the place of `FILE` where it
    /// exists, as by a host that compresses beforehand.
    pub fn hosted(folder: &Path) -> Self {
        let page = ServeFile::new(folder.join("index.html")).precompressed_br();
        let files = ServeDir::new(folder).precompressed_br().fallback(page);
        let routes = Router::new().fallback_service(files);
        Self::open(routes, Desk { base: "/".to_owned(), lasting: true, ..Desk::default() })
    }

    fn open(routes: Router, desk: Desk) -> Self {
        let desk = Arc::new(desk);
        let routes = routes.layer(from_fn_with_state(Arc::clone(&desk), attend));
        let (address, running) = serve(routes.clone(), 0);
        Self { address, desk, routes, running: Some(running) }
    }

    /// The host goes off: nobody listens, and what was under way is cut.
    pub fn stop(&mut self) {
        if let Some(Running { stop, thread }) = self.running.take() {
            drop(stop);
            thread.join().expect("the server ends");
        }
    }

    /// The host comes back at the same address.
    pub fn start(&mut self) {
        self.stop();
        self.running = Some(serve(self.routes.clone(), self.address.port()).1);
    }

    /// The address of a path below the base, which is given without a slash in front.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{}{path}", self.address, self.desk.base)
    }

    /// What the app that is served here calls a database of that name (see `src/platform/scope.rs`).
    pub fn database(&self, name: &str) -> String {
        format!("{}/{name}", self.scope())
    }

    /// What it calls a preference of that name.
    pub fn preference(&self, name: &str) -> String {
        format!("{}{}{name}", self.scope(), if self.desk.base == "/" { '.' } else { '/' })
    }

    fn scope(&self) -> String {
        ["landfall", &self.desk.base.trim_end_matches('/').replace('/', ":")].concat()
    }

    /// Serves `text` as the file at `path` below the base.
    pub fn put(&self, path: &str, text: &str) {
        self.replace(path, Replacement::File(text.to_owned()));
    }

    /// Answers `path` below the base with a status and nothing else.
    pub fn refuse(&self, path: &str, status: u16) {
        self.replace(path, Replacement::Status(StatusCode::from_u16(status).expect("a status code")));
    }

    /// The paths below the base that were asked for, in order.
    pub fn requests(&self) -> Vec<String> {
        self.desk.requests.lock().expect("no test thread panicked here").clone()
    }

    /// The paths below the base that were answered with a body, in order: not those that the browser had already.
    pub fn sent(&self) -> Vec<String> {
        self.desk.sent.lock().expect("no test thread panicked here").clone()
    }

    fn replace(&self, path: &str, replacement: Replacement) {
        self.desk.replaced.lock().expect("no test thread panicked here").insert(path.to_owned(), replacement);
    }
}

/// Notes the request, and answers with what the test has put in the file's place.
async fn attend(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let path = path.strip_prefix(&desk.base).unwrap_or(path).to_owned();
    desk.requests.lock().expect("no test thread panicked here").push(path.clone());
    let replaced = desk.replaced.lock().expect("no test thread panicked here").get(&path).cloned();
    let mut response = match replaced {
        Some(Replacement::File(text)) => ([(header::CONTENT_TYPE, content_type(&path))], text).into_response(),
        Some(Replacement::Status(status)) => status.into_response(),
        None => next.run(request).await,
    };
    if response.status() == StatusCode::OK {
        desk.sent.lock().expect("no test thread panicked here").push(path.clone());
    }
    let keeping = if desk.lasting && carries_hash(&path) { "max-age=31536000, immutable" } else { "no-cache" };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(keeping));
    response
}

/// Whether a file's name ends, before its type, in a dash and eight or more characters with a digit among them.
fn carries_hash(path: &str) -> bool {
    let stem = path.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
    let hash = stem.rsplit_once('-').map(|(_, hash)| hash).unwrap_or_default();
    hash.len() >= 8 && hash.bytes().any(|byte| byte.is_ascii_digit())
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("json") => "application/json",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("webmanifest") => "application/manifest+json",
        _ => "text/html; charset=utf-8",
    }
}

/// Serves on a port (0: any that is free) until the sender is gone.
fn serve(routes: Router, port: u16) -> (SocketAddr, Running) {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("a free port");
    listener.set_nonblocking(true).expect("a socket that does not block");
    let address = listener.local_addr().expect("its address");
    let (stop, stopped) = oneshot::channel();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let listener = TcpListener::from_std(listener).expect("a listener");
            let server = async { axum::serve(listener, routes).await };
            tokio::select! { _ = server => {}, _ = stopped => {} }
        });
    });
    (address, Running { stop, thread })
}
