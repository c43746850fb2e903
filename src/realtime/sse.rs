//! Server-sent events: an incremental parser of `text/event-stream`.
//!
//! It follows the WHATWG HTML standard, 9.2.6 "Interpreting an event stream": lines end with LF, CR or CRLF, wherever
//! the network cuts them; one byte-order mark is skipped; broken UTF-8 is replaced; an event that the stream's end cuts
//! off is discarded. Unlike a browser's `EventSource` it reads from any answer (so a request can carry headers) and is
//! bounded: a server that never ends an event does not fill the memory.
//!
//! ```
//! use landfall::realtime::sse::Parser;
//!
//! let mut parser = Parser::new(1 << 20);
//! let mut events = Vec::new();
//! parser.feed(b"event: note\ndata: hel", &mut events).unwrap();
//! parser.feed(b"lo\n\n", &mut events).unwrap();
//! assert_eq!((events[0].name.as_str(), events[0].data.as_str()), ("note", "hello"));
//! ```

use super::Connection;
use crate::http::BodyStream;
use futures::StreamExt;
use std::time::Duration;

/// The longest event to accept, in bytes: a record with a long text in it.
pub const EVENT_LIMIT: usize = 8 << 20;

/// The events of an answer's body. It ends with an error when the body does, or when an event has no end.
#[must_use]
pub fn events(body: BodyStream) -> Connection<Event> {
    let mut parser = Parser::new(EVENT_LIMIT);
    body.map(move |piece| {
        let mut events = Vec::new();
        parser.feed(&piece?, &mut events)?;
        Ok(events)
    })
    .boxed_local()
}

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// Its type; `message` where the server names none.
    pub name: String,
    /// What it says; lines are joined by LF.
    pub data: String,
    /// The last id that the server gave, with this event or before it; empty if there was none.
    pub id: String,
}

/// An event is longer than the parser may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an event is longer than {limit} bytes")]
pub struct TooLong {
    /// The limit, in bytes.
    pub limit: usize,
}

/// Reads one stream. A new connection needs a new parser.
#[derive(Debug)]
pub struct Parser {
    limit: usize,
    /// The beginning of a line whose end has not come yet.
    line: Vec<u8>,
    name: String,
    data: String,
    id: String,
    retry: Option<Duration>,
    /// Whether the last byte was a CR, so that a LF belongs to it.
    after_cr: bool,
    /// Whether a line has been read.
    begun: bool,
}

impl Parser {
    /// A parser for events of at most `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            line: Vec::new(),
            name: String::new(),
            data: String::new(),
            id: String::new(),
            retry: None,
            after_cr: false,
            begun: false,
        }
    }

    /// How long the server asks to wait before connecting again, if it does.
    #[must_use]
    pub fn retry(&self) -> Option<Duration> {
        self.retry
    }

    /// Reads what has arrived and adds the events that it completes.
    ///
    /// # Errors
    /// [`TooLong`]; the stream cannot be read on then.
    pub fn feed(&mut self, mut bytes: &[u8], events: &mut Vec<Event>) -> Result<(), TooLong> {
        if self.after_cr && !bytes.is_empty() {
            self.after_cr = false;
            bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
        }
        while let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            self.keep(&bytes[..end])?;
            self.end_line(events);
            let crlf = bytes[end..].starts_with(b"\r\n");
            self.after_cr = &bytes[end..] == b"\r";
            bytes = &bytes[end + 1 + usize::from(crlf)..];
        }
        self.keep(bytes)
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), TooLong> {
        let held = self.line.len() + self.name.len() + self.data.len() + self.id.len();
        if held + bytes.len() > self.limit {
            return Err(TooLong { limit: self.limit });
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    fn end_line(&mut self, events: &mut Vec<Event>) {
        let line = std::mem::take(&mut self.line);
        let mark = if self.begun { None } else { line.strip_prefix(b"\xef\xbb\xbf") };
        self.begun = true;
        let line = String::from_utf8_lossy(mark.unwrap_or(&line));
        if line.is_empty() {
            events.extend(self.event());
            return;
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        self.field(field, value.strip_prefix(' ').unwrap_or(value));
    }

    /// A comment is a line whose field has no name.
    fn field(&mut self, field: &str, value: &str) {
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            "retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.retry = value.parse().ok().map(Duration::from_millis).or(self.retry);
            }
            _ => {}
        }
    }

    /// What an empty line completes: nothing, if there was no data.
    fn event(&mut self) -> Option<Event> {
        let (mut name, mut data) = (std::mem::take(&mut self.name), std::mem::take(&mut self.data));
        data.pop()?;
        if name.is_empty() {
            "message".clone_into(&mut name);
        }
        Some(Event { name, data, id: self.id.clone() })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String, String)> {
        let (mut parser, mut events) = (Parser::new(1000), Vec::new());
        parser.feed(text.as_bytes(), &mut events).unwrap();
        events.into_iter().map(|event| (event.name, event.data, event.id)).collect()
    }

    fn event(name: &str, data: &str, id: &str) -> (String, String, String) {
        (name.to_owned(), data.to_owned(), id.to_owned())
    }

    #[test]
    fn the_examples_of_the_standard_read_as_it_says() {
        assert_eq!(read("data: YHOO\ndata: +2\ndata: 10\n\n"), [event("message", "YHOO\n+2\n10", "")]);
        assert_eq!(
            read(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n"),
            [
                event("message", "first event", "1"),
                event("message", "second event", ""),
                event("message", " third event", "")
            ]
        );
        assert_eq!(read("data\n\ndata\ndata\n\ndata:"), [event("message", "", ""), event("message", "\n", "")]);
        assert_eq!(read("data:test\n\ndata: test\n\n"), [event("message", "test", ""), event("message", "test", "")]);
    }

    #[test]
    fn an_id_stays_and_a_name_does_not() {
        let text = "event: a\nid: 7\ndata: 1\n\ndata: 2\n\nid: x\0y\ndata: 3\n\n";
        assert_eq!(read(text), [event("a", "1", "7"), event("message", "2", "7"), event("message", "3", "7")]);
        assert_eq!(read("event: a\n\ndata: 1\n\n"), [event("message", "1", "")]);
    }

    #[test]
    fn lines_end_in_three_ways_and_one_mark_is_skipped() {
        for text in [
            "data: 1\ndata: 2\n\n",
            "data: 1\rdata: 2\r\r",
            "data: 1\r\ndata: 2\r\n\r\n",
            "\u{feff}data: 1\r\ndata: 2\n\r",
        ] {
            assert_eq!(read(text), [event("message", "1\n2", "")], "{text:?}");
        }
        assert_eq!(read("\u{feff}\u{feff}data: 1\n\n"), []);
    }

    #[test]
    fn an_event_is_given_as_soon_as_its_line_ends() {
        let (mut parser, mut events) = (Parser::new(1000), Vec::new());
        parser.feed(b"data: 1\r\n\r", &mut events).unwrap();
        assert_eq!(events.len(), 1);
        parser.feed(b"\ndata: 2\n\n", &mut events).unwrap();
        assert_eq!(events.len(), 2);
        assert_eq!(events[1].data, "2");
    }

    #[test]
    fn unknown_fields_and_odd_numbers_are_ignored() {
        let (mut parser, mut events) = (Parser::new(1000), Vec::new());
        parser.feed(b"retry: 1500\nretry: 2s\nretry:\nwhat: ever\nDATA: no\n\n", &mut events).unwrap();
        assert_eq!((parser.retry(), events.len()), (Some(Duration::from_millis(1500)), 0));
    }

    #[test]
    fn an_event_without_an_end_does_not_fill_the_memory() {
        for text in
            ["data: 0123456789", "data: 0\ndata: 1\ndata: 2\ndata: 3\ndata: 4\ndata: 5\n", "id: 0123456789\n\n:x"]
        {
            let (mut parser, mut events) = (Parser::new(12), Vec::new());
            assert_eq!(parser.feed(text.as_bytes(), &mut events), Err(TooLong { limit: 12 }), "{text:?}");
        }
        let (mut parser, mut events) = (Parser::new(12), Vec::new());
        for _ in 0..100 {
            parser.feed(b"data: 012345\n\n", &mut events).unwrap();
        }
        assert_eq!(events.len(), 100);
    }
}
