//! As much of HTTP/1.1 as it takes to know where a message begins and ends (RFC 9112, sections 2, 6 and 7).
//!
//! Bytes are handed on as they came, chunk sizes and all: nothing is decoded, so nothing can be changed by mistake.

use std::io;
use tokio::io::AsyncReadExt;
use tokio::net::tcp::OwnedReadHalf;

/// The first line and the headers of a message, with the empty line that ends them.
pub struct Head(pub Vec<u8>);

/// Where a body ends, and how much of it is still to come.
pub enum Body {
    /// So many bytes more.
    Length(u64),
    /// So many bytes of the present chunk more (its line end included), then the next one.
    Chunks(u64),
    /// With the connection.
    Connection,
    /// It has ended.
    Done,
}

/// One direction of a connection, read through a buffer.
pub struct Reader {
    stream: OwnedReadHalf,
    buffer: Vec<u8>,
}

impl Head {
    fn lines(&self) -> std::vec::IntoIter<String> {
        let text = String::from_utf8_lossy(&self.0);
        text.split("\r\n").map(str::to_owned).collect::<Vec<_>>().into_iter()
    }

    fn word(&self, place: usize) -> String {
        self.lines().next().and_then(|line| line.split(' ').nth(place).map(str::to_owned)).unwrap_or_default()
    }

    /// A request's method.
    pub fn method(&self) -> String {
        self.word(0)
    }

    /// A request's path and query.
    pub fn path(&self) -> String {
        self.word(1)
    }

    /// A reply's status.
    pub fn status(&self) -> u16 {
        self.word(1).parse().unwrap_or_default()
    }

    /// A header's value in small letters.
    pub fn header(&self, wanted: &str) -> Option<String> {
        self.header_as_sent(wanted).map(|value| value.to_ascii_lowercase())
    }

    /// A header's value.
    pub fn header_as_sent(&self, wanted: &str) -> Option<String> {
        let mut pairs = self.lines().skip(1).filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().to_owned())
        });
        pairs.next_back()
    }

    /// Whether the connection ends with this message.
    pub fn closes(&self) -> bool {
        self.header("connection").is_some_and(|value| value.contains("close"))
    }

    /// The same without the headers whose names begin so.
    pub fn without(&self, prefix: &str) -> Self {
        let kept = self.lines().filter(|line| !line.to_ascii_lowercase().starts_with(prefix));
        Self(kept.collect::<Vec<_>>().join("\r\n").into_bytes())
    }

    /// What follows a request's head.
    pub fn request_body(&self) -> Body {
        self.framing().unwrap_or(Body::Done)
    }

    /// What follows the head of a reply to a request of this method.
    pub fn reply_body(&self, method: &str) -> Body {
        match self.status() {
            100..200 | 204 | 304 => Body::Done,
            _ if method == "HEAD" => Body::Done,
            _ => self.framing().unwrap_or(Body::Connection),
        }
    }

    fn framing(&self) -> Option<Body> {
        if self.header("transfer-encoding").is_some_and(|value| value.contains("chunked")) {
            return Some(Body::Chunks(0));
        }
        let length = self.header("content-length")?.parse().ok()?;
        Some(if length == 0 { Body::Done } else { Body::Length(length) })
    }
}

impl Reader {
    pub fn new(stream: OwnedReadHalf) -> Self {
        Self { stream, buffer: Vec::new() }
    }

    /// The connection's socket.
    pub fn socket(&self) -> &tokio::net::TcpStream {
        self.stream.as_ref()
    }

    /// The next message's head; `None` when the connection ends before it.
    pub async fn head(&mut self) -> io::Result<Option<Head>> {
        loop {
            if let Some(at) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                return Ok(Some(Head(self.buffer.drain(..at + 4).collect())));
            }
            if self.fill().await? == 0 {
                return if self.buffer.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
        }
    }

    /// The next bytes of a body as they come; `None` after its end.
    pub async fn piece(&mut self, body: &mut Body) -> io::Result<Option<Vec<u8>>> {
        match body {
            Body::Done => Ok(None),
            Body::Connection => self.some(u64::MAX).await,
            Body::Chunks(0) => self.chunk_line(body).await.map(Some),
            Body::Length(left) | Body::Chunks(left) => {
                let piece = self.some(*left).await?.ok_or(io::ErrorKind::UnexpectedEof)?;
                *left -= piece.len() as u64;
                if matches!(body, Body::Length(0)) {
                    *body = Body::Done;
                }
                Ok(Some(piece))
            }
        }
    }

    /// Resolves when the other side has gone; never while it only waits, or has sent more.
    pub async fn gone(&self) {
        let mut byte = [0];
        if self.buffer.is_empty() && !matches!(self.stream.as_ref().peek(&mut byte).await, Ok(1..)) {
            return;
        }
        std::future::pending().await
    }

    /// The line that opens a chunk, with all trailers if it is the last one.
    async fn chunk_line(&mut self, body: &mut Body) -> io::Result<Vec<u8>> {
        let mut line = self.line().await?;
        let digits = String::from_utf8_lossy(&line).split([';', '\r']).next().unwrap_or_default().trim().to_owned();
        let size = u64::from_str_radix(&digits, 16).map_err(|_| io::ErrorKind::InvalidData)?;
        if size > 0 {
            *body = Body::Chunks(size + 2);
            return Ok(line);
        }
        *body = Body::Done;
        loop {
            let trailer = self.line().await?;
            line.extend_from_slice(&trailer);
            if trailer == b"\r\n" {
                return Ok(line);
            }
        }
    }

    async fn line(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(at) = self.buffer.windows(2).position(|window| window == b"\r\n") {
                return Ok(self.buffer.drain(..at + 2).collect());
            }
            if self.fill().await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    async fn some(&mut self, limit: u64) -> io::Result<Option<Vec<u8>>> {
        if self.buffer.is_empty() && self.fill().await? == 0 {
            return Ok(None);
        }
        let end = usize::try_from(limit).unwrap_or(usize::MAX).min(self.buffer.len());
        Ok(Some(self.buffer.drain(..end).collect()))
    }

    async fn fill(&mut self) -> io::Result<usize> {
        self.stream.read_buf(&mut self.buffer).await
    }
}
