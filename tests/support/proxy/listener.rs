//! The proxy as a test holds it: its address, its faults, its weather.

use super::connection::Connection;
use super::faults::{Desk, Fault, Passed};
use super::pen::Weather;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{oneshot, watch};

/// How long a change of the weather may take to show.
const PATIENCE: Duration = Duration::from_secs(5);

/// A faulty network in front of one server; it ends with this value.
pub struct Proxy {
    address: SocketAddr,
    desk: Arc<Desk>,
    target: Arc<Mutex<SocketAddr>>,
    weather: watch::Sender<Weather>,
    _stop: oneshot::Sender<()>,
}

impl Proxy {
    /// Listens on a free port, and passes everything on to `target`.
    pub fn before(target: SocketAddr) -> Self {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("its address");
        let (weather, _) = watch::channel(Weather::default());
        let (_stop, stopped) = oneshot::channel();
        let (desk, target) = (Arc::new(Desk::default()), Arc::new(Mutex::new(target)));
        let host = Host { address, desk: desk.clone(), target: target.clone(), weather: weather.subscribe() };
        std::thread::spawn(move || host.run(listener, stopped));
        Self { address, desk, target, weather, _stop }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address as a URL without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Passes what comes from now on to another address: the server was started again elsewhere.
    pub fn retarget(&self, target: SocketAddr) {
        *self.target.lock().expect("no thread panicked here") = target;
        self.cut();
    }

    /// What happens to the next request of this method (`*`: any but a preflight) whose path begins so.
    pub fn next(&self, method: &str, path: &str, fault: Fault) {
        self.desk.add(method, path, 1, fault);
    }

    /// What happens to the next `times` such requests.
    pub fn times(&self, times: u32, method: &str, path: &str, fault: Fault) {
        self.desk.add(method, path, times, fault);
    }

    /// What happens to all such requests until [`Proxy::clear`].
    pub fn always(&self, method: &str, path: &str, fault: Fault) {
        self.desk.add(method, path, u32::MAX, fault);
    }

    /// Forgets all faults that have not happened yet.
    pub fn clear(&self) {
        self.desk.clear();
    }

    /// How many requests the faults of [`Proxy::next`] and [`Proxy::times`] still wait for.
    pub fn waiting(&self) -> u32 {
        self.desk.waiting()
    }

    /// Everything that came by, in the order of arrival.
    pub fn passed(&self) -> Vec<Passed> {
        self.desk.passed()
    }

    /// How many such requests the server answered.
    pub fn answered(&self, method: &str, path: &str) -> usize {
        let it = |request: &&Passed| request.method == method && request.path.starts_with(path);
        self.passed().iter().filter(it).filter(|request| request.status.is_some()).count()
    }

    /// Ends every connection; new ones may come.
    pub fn cut(&self) {
        self.weather.send_modify(|weather| weather.cuts += 1);
    }

    /// Lets nothing move in any direction, without a word, until [`Proxy::thaw`].
    pub fn freeze(&self) {
        self.weather.send_modify(|weather| weather.frozen = true);
    }

    /// Lets everything that waits go on.
    pub fn thaw(&self) {
        self.weather.send_modify(|weather| weather.frozen = false);
    }

    /// Lets all requests go on that were held.
    pub fn release(&self) {
        self.weather.send_modify(|weather| weather.releases += 1);
    }

    /// Nobody listens any more, and every connection ends: the machine is off. Returns when it is so.
    pub fn refuse(&self) {
        self.weather.send_modify(|weather| {
            weather.refusing = true;
            weather.cuts += 1;
        });
        self.wait_until_listening(false);
    }

    /// Listens again on the same port. Returns when it does.
    pub fn accept(&self) {
        self.weather.send_modify(|weather| weather.refusing = false);
        self.wait_until_listening(true);
    }

    #[allow(clippy::disallowed_methods)] // the proxy's thread, not this one, does what is waited for
    fn wait_until_listening(&self, wanted: bool) {
        let step = Duration::from_millis(5);
        for _ in 0..PATIENCE.as_millis() / step.as_millis() {
            if std::net::TcpStream::connect(self.address).is_ok() == wanted {
                return;
            }
            std::thread::sleep(step);
        }
        panic!("the proxy does not {}", if wanted { "listen" } else { "stop listening" });
    }
}

/// What the proxy's thread has.
struct Host {
    address: SocketAddr,
    desk: Arc<Desk>,
    target: Arc<Mutex<SocketAddr>>,
    weather: watch::Receiver<Weather>,
}

impl Host {
    fn run(self, listener: std::net::TcpListener, stopped: oneshot::Receiver<()>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            listener.set_nonblocking(true).expect("a socket that does not block");
            let listener = TcpListener::from_std(listener).expect("a listener");
            tokio::select! { () = self.listen(listener) => {}, _ = stopped => {} }
        });
    }

    /// Accepts connections, with pauses in which the port is closed.
    async fn listen(&self, mut listener: TcpListener) {
        let mut weather = self.weather.clone();
        loop {
            tokio::select! {
                _ = weather.wait_for(|weather| weather.refusing) => {}
                () = self.accept(&listener) => {}
            }
            drop(listener);
            let port = self.hold_port();
            let _ = weather.wait_for(|weather| !weather.refusing).await;
            listener = port.listen(128).expect("a listener");
        }
    }

    async fn accept(&self, listener: &TcpListener) {
        while let Ok((client, _)) = listener.accept().await {
            let target = *self.target.lock().expect("no thread panicked here");
            let connection = Connection::new(client, target, self.desk.clone(), self.weather.clone());
            tokio::spawn(connection.run());
        }
    }

    /// Bound, so that nobody else gets it, and not listening, so that connections are refused.
    fn hold_port(&self) -> TcpSocket {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_reuseaddr(true).expect("a port that was used before");
        socket.bind(self.address).expect("the same port");
        socket
    }
}
