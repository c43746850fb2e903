//! Puts a packed module together again: the other side of `pack.rs`.
//!
//! A packed module begins with the number of its streams, where the code section begins in the frame, how long the code
//! is and how many functions it has; then come each stream's name and length, and then the streams themselves. Numbers
//! are LEB128. Nothing is taken on trust: what does not fit gives `None`.

use crate::code::{self, FRAME, OP, STREAMS, Values};

/// A streams' reader that writes all that it reads.
struct Unpacker<'a> {
    packed: &'a [u8],
    /// What is left of each stream, as places in `packed`.
    left: [(usize, usize); STREAMS],
    out: &'a mut [u8],
    at: usize,
}

impl Values for Unpacker<'_> {
    fn byte(&mut self, stream: usize) -> Option<u8> {
        let (at, end) = self.left.get_mut(stream)?;
        if at >= end {
            return None;
        }
        let byte = *self.packed.get(*at)?;
        *at += 1;
        *self.out.get_mut(self.at)? = byte;
        self.at += 1;
        Some(byte)
    }

    fn following(&mut self) -> Option<u8> {
        let (at, end) = *self.left.get(OP)?;
        if at < end { self.packed.get(at).copied() } else { None }
    }
}

impl Unpacker<'_> {
    /// Writes a number.
    fn write(&mut self, mut number: usize) -> Option<()> {
        loop {
            let more = number > 0x7f;
            *self.out.get_mut(self.at)? = (number & 0x7f) as u8 | if more { 0x80 } else { 0 };
            self.at += 1;
            number >>= 7;
            if !more {
                return Some(());
            }
        }
    }

    /// Writes a function, and then moves it to make room for its length.
    fn function(&mut self) -> Option<()> {
        let begin = self.at;
        code::function(self)?;
        let (end, length) = (self.at, self.at - begin);
        self.write(length)?;
        let digits = self.at - end;
        let out = self.out.get_mut(..self.at)?;
        out.copy_within(begin..end, begin + digits);
        self.at = begin;
        self.write(length)?;
        self.at = end + digits;
        Some(())
    }
}

/// Fills `out`, which is as long as the module was before it was packed.
pub fn unpack(packed: &[u8], out: &mut [u8]) -> Option<()> {
    let mut at = 0;
    let mut number = || code::number(packed, &mut at);
    let (streams, code_at, code_length, functions) = (number()?, number()?, number()?, number()?);
    let mut left = [(0, 0); STREAMS];
    for _ in 0..streams {
        let (name, length) = (number()?, number()?);
        *left.get_mut(name)? = (0, length);
    }
    for (begin, end) in &mut left {
        (*begin, *end) = (at, at.checked_add(*end)?);
        at = *end;
    }
    let mut unpacker = Unpacker { packed, left, out, at: 0 };
    unpacker.bytes(FRAME, u32::try_from(code_at).ok()?)?;
    *unpacker.out.get_mut(unpacker.at)? = 10;
    unpacker.at += 1;
    unpacker.write(code_length)?;
    unpacker.write(functions)?;
    (0..functions).try_for_each(|_| unpacker.function())?;
    let (at, end) = *unpacker.left.get(FRAME)?;
    unpacker.bytes(FRAME, u32::try_from(end - at).ok()?)?;
    (unpacker.at == unpacker.out.len()).then_some(())
}
