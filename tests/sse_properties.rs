//! The parser of event streams under any cut and any bytes.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use landfall::realtime::sse::{Event, Parser, TooLong};
use proptest::prelude::*;

const LIMIT: usize = 200;

/// The events of these chunks, and how the reading ended.
fn read<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Event>, Result<(), TooLong>) {
    let (mut parser, mut events) = (Parser::new(LIMIT), Vec::new());
    let ended = chunks.into_iter().try_for_each(|chunk| parser.feed(chunk, &mut events));
    (events, ended)
}

/// Bytes cut at these places.
fn cut<'a>(mut bytes: &'a [u8], places: &[usize]) -> Vec<&'a [u8]> {
    let mut chunks = Vec::new();
    for place in places {
        let (chunk, rest) = bytes.split_at(place % (bytes.len() + 1));
        chunks.push(chunk);
        bytes = rest;
    }
    chunks.push(bytes);
    chunks
}

/// What streams are made of, and what they should not be made of.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => prop::sample::select(vec![
            "data", "data:", "data: x", "event: a", "id: 1", "id", "retry: 10", ": comment", "\u{feff}", "ü", "\0",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        6 => prop::sample::select(vec!["\n", "\r", "\r\n", "\n\n", "\r\r"]).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// The standard read simply: the whole stream at once, line by line.
fn oracle(bytes: &[u8]) -> Vec<Event> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n").replace('\r', "\n");
    let (mut events, mut next, mut data) = (Vec::new(), Event::default(), String::new());
    let mut lines: Vec<&str> = text.split('\n').collect();
    lines.pop(); // it has no end
    for line in lines {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "" if line.is_empty() => {
                if data.pop().is_some() {
                    let name = if next.name.is_empty() { "message".to_owned() } else { next.name.clone() };
                    events.push(Event { name, data: data.clone(), id: next.id.clone() });
                }
                data.clear();
                next.name.clear();
            }
            "event" => next.name = value.to_owned(),
            "data" => data = data + value + "\n",
            "id" if !value.contains('\0') => next.id = value.to_owned(),
            _ => {}
        }
    }
    events
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn any_cut_gives_the_same_events(bytes in pieces(), places in prop::collection::vec(any::<usize>(), 0..12)) {
        let whole = read([&bytes[..]]);
        prop_assert_eq!(&read(cut(&bytes, &places)), &whole);
        prop_assert_eq!(&read(bytes.chunks(1)), &whole);
    }

    #[test]
    fn the_events_are_those_of_the_standard(bytes in pieces()) {
        let (events, ended) = read([&bytes[..]]);
        if ended.is_ok() {
            prop_assert_eq!(events, oracle(&bytes));
        }
    }

    #[test]
    fn no_bytes_make_it_fall_over(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let (events, _) = read(bytes.chunks(7));
        prop_assert!(events.iter().all(|event| event.data.len() <= 3 * LIMIT));
    }
}
