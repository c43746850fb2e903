//! One client's connection: request after request, each with its fault, until either side leaves.
//!
//! A request's body is passed on while the reply is already awaited, since a server may answer early. While a reply
//! passes, the client is watched: when it goes, the server is told by a closed connection, as it would be
//! without a proxy.

use super::faults::{Desk, Fault};
use super::http::{Body, Head, Reader};
use super::pen::{Pen, Weather};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio::sync::watch;

/// Both directions of one side.
struct Side {
    reader: Reader,
    pen: Pen,
}

/// One client, and its line to the server once it has asked for something.
pub struct Connection {
    client: Side,
    server: Option<Side>,
    target: SocketAddr,
    desk: Arc<Desk>,
    weather: watch::Receiver<Weather>,
}

impl Side {
    fn new(stream: TcpStream, weather: &watch::Receiver<Weather>) -> Self {
        let _ = stream.set_nodelay(true);
        let (reading, writing) = stream.into_split();
        Self { reader: Reader::new(reading), pen: Pen::new(writing, weather.clone()) }
    }
}

impl Connection {
    pub fn new(client: TcpStream, target: SocketAddr, desk: Arc<Desk>, weather: watch::Receiver<Weather>) -> Self {
        Self { client: Side::new(client, &weather), server: None, target, desk, weather }
    }

    /// Serves the client until one of the three ends it: client, server, or the test's cut.
    pub async fn run(mut self) {
        let mut weather = self.weather.clone();
        let cuts = weather.borrow().cuts;
        tokio::select! {
            // One that was accepted in the very moment in which the port closed is no exception.
            _ = weather.wait_for(|weather| weather.refusing || weather.cuts != cuts) => {}
            _ = self.serve() => {}
        }
    }

    async fn serve(&mut self) -> io::Result<()> {
        while let Some(request) = self.next_request().await? {
            let releases = self.weather.borrow().releases; // before anybody can know that it is here
            let (number, fault) = self.desk.arrived(&request);
            if fault == Some(Fault::Hold) {
                let _ = self.weather.wait_for(|weather| weather.releases != releases).await;
            }
            if !self.exchange(&request, number, fault).await? {
                break;
            }
        }
        Ok(())
    }

    /// The next request; `None` when the client, or the server in between two requests, has closed.
    async fn next_request(&mut self) -> io::Result<Option<Head>> {
        let left = async {
            match &self.server {
                Some(server) => server.reader.gone().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! { head = self.client.reader.head() => head, () = left => Ok(None) }
    }

    /// One request and its reply. Whether the connection lives on.
    async fn exchange(&mut self, request: &Head, number: usize, fault: Option<Fault>) -> io::Result<bool> {
        match &fault {
            Some(Fault::Reset) => {
                self.client.reader.socket().set_zero_linger()?;
                return Ok(false);
            }
            Some(Fault::Answer(status, body)) => return self.answer(request, *status, body).await,
            Some(Fault::Latency(duration)) => tokio::time::sleep(*duration).await,
            _ => {}
        }
        self.connect(&fault).await?;
        let (reply, whole) = self.ask(request).await?;
        self.desk.answered(number, reply.status());
        self.pass_reply(request, reply, fault).await.map(|lives| lives && whole)
    }

    async fn connect(&mut self, fault: &Option<Fault>) -> io::Result<()> {
        if self.server.is_none() {
            self.server = Some(Side::new(TcpStream::connect(self.target).await?, &self.weather));
        }
        let rate = if let Some(Fault::Rate(rate)) = fault { Some(*rate) } else { None };
        self.client.pen.slow_down(rate);
        self.server()?.pen.slow_down(rate);
        Ok(())
    }

    fn server(&mut self) -> io::Result<&mut Side> {
        self.server.as_mut().ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    /// Passes a request on. The head of the final reply, and whether the request got there whole.
    async fn ask(&mut self, request: &Head) -> io::Result<(Head, bool)> {
        let Self { client, server: Some(server), .. } = self else { return Err(io::ErrorKind::NotConnected.into()) };
        let mut body = request.request_body();
        let sending = async {
            server.pen.write(&request.0).await?;
            pass(&mut client.reader, &mut body, &mut server.pen).await
        };
        let mut answering = std::pin::pin!(final_head(&mut server.reader, &mut client.pen));
        tokio::select! {
            biased;
            sent = sending => sent?,
            head = &mut answering => return Ok((head?, false)),
        }
        tokio::select! {
            head = answering => Ok((head?, true)),
            () = client.reader.gone() => Err(io::ErrorKind::ConnectionAborted.into()),
        }
    }

    /// Passes a reply on, as far as the fault lets it. Whether the connection lives on.
    async fn pass_reply(&mut self, request: &Head, mut reply: Head, fault: Option<Fault>) -> io::Result<bool> {
        let mut body = reply.reply_body(&request.method());
        let upgraded = reply.status() == 101;
        let lives = !reply.closes() && !request.closes() && !matches!(body, Body::Connection) && !upgraded;
        let Self { client, server: Some(server), .. } = self else { return Ok(false) };
        match fault {
            Some(Fault::DropReply) => {
                while_there(&client.reader, drain(&mut server.reader, &mut body)).await?;
                return Ok(false);
            }
            Some(Fault::Stall) => {
                while_there(&client.reader, drain(&mut server.reader, &mut body)).await?;
                client.reader.gone().await;
                return Ok(false);
            }
            Some(Fault::CutInHalf) => {
                let rest = while_there(&client.reader, drain(&mut server.reader, &mut body)).await?;
                let whole = reply.0.len();
                client.pen.cut_after(if rest.is_empty() { whole / 2 } else { whole + rest.len() / 2 });
                reply.0.extend_from_slice(&rest);
            }
            Some(Fault::CutAfter(bytes)) => client.pen.cut_after(bytes),
            Some(Fault::HideCors) => reply = reply.without("access-control-"),
            _ => {}
        }
        client.pen.write(&reply.0).await?;
        if upgraded {
            return self.tunnel().await;
        }
        while_there(&client.reader, pass(&mut server.reader, &mut body, &mut client.pen)).await?;
        Ok(lives)
    }

    /// Answers in the server's place, as PocketBase and most others would: JSON, readable from any origin.
    async fn answer(&mut self, request: &Head, status: u16, text: &str) -> io::Result<bool> {
        drain(&mut self.client.reader, &mut request.request_body()).await?;
        let head = format!(
            "HTTP/1.1 {status} Made Up\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
             access-control-allow-origin: *\r\n\r\n{text}",
            text.len()
        );
        self.client.pen.write(head.as_bytes()).await?;
        Ok(!request.closes())
    }

    /// After an upgrade, bytes are bytes.
    async fn tunnel(&mut self) -> io::Result<bool> {
        let Self { client, server: Some(server), .. } = self else { return Ok(false) };
        let (mut up, mut down) = (Body::Connection, Body::Connection);
        tokio::select! {
            ended = pass(&mut client.reader, &mut up, &mut server.pen) => ended?,
            ended = pass(&mut server.reader, &mut down, &mut client.pen) => ended?,
        }
        Ok(false)
    }
}

/// The head of the final reply; those before it (100, 103) go to the client at once.
async fn final_head(server: &mut Reader, client: &mut Pen) -> io::Result<Head> {
    loop {
        let head = server.head().await?.ok_or(io::ErrorKind::UnexpectedEof)?;
        if !(100..200).contains(&head.status()) || head.status() == 101 {
            return Ok(head);
        }
        client.write(&head.0).await?;
    }
}

async fn pass(from: &mut Reader, body: &mut Body, to: &mut Pen) -> io::Result<()> {
    while let Some(piece) = from.piece(body).await? {
        to.write(&piece).await?;
    }
    Ok(())
}

/// Reads a body to its end.
async fn drain(from: &mut Reader, body: &mut Body) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(piece) = from.piece(body).await? {
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// What `work` gives, unless the client goes first.
async fn while_there<T>(client: &Reader, work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    tokio::select! {
        biased;
        done = work => done,
        () = client.gone() => Err(io::ErrorKind::ConnectionAborted.into()),
    }
}
