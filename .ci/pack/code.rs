//! How the code of a wasm module is taken apart: one walk over its functions, for whoever packs and whoever unpacks.
//!
//! Instructions and what stands behind them (locals, constants, offsets, callees) each go to a stream of their own,
//! because like beside like compresses best. A stream is named by the kind of value, for locals by the instruction as
//! well; constants by the instruction that follows and takes them. Numbers stay as they are encoded.
//! The instructions are those of the WebAssembly core specification 2.0, chapter 5.4, without vectors.

/// How many streams there can be.
pub const STREAMS: usize = 512;
/// Everything that is no code: the module's other sections.
pub const FRAME: usize = 0;
/// The functions' own locals: counts and types.
const LOCALS: usize = 1;
/// Instructions.
pub const OP: usize = 2;
const BLOCK_TYPE: usize = 3;
const LABEL: usize = 4;
const LABELS: usize = 5;
const CALLEE: usize = 6;
const SIGNATURE: usize = 7;
const GLOBAL: usize = 8;
const ALIGNMENT: usize = 9;
const OFFSET_OF_LOAD: usize = 10;
const OFFSET_OF_STORE: usize = 11;
const LONG: usize = 12;
const FLOAT: usize = 13;
const BULK: usize = 14;
/// ... and one for each instruction that takes a local.
const LOCAL: usize = 32;
/// ... and one for each instruction that can follow a constant.
const CONSTANT: usize = 256;

/// Reads the number (LEB128) that begins at `at`, which moves behind it.
pub fn number(bytes: &[u8], at: &mut usize) -> Option<usize> {
    let (mut number, mut shift) = (0, 0);
    loop {
        let byte = *bytes.get(*at)?;
        *at += 1;
        number |= usize::from(byte & 0x7f).checked_shl(shift)?;
        shift += 7;
        if byte < 0x80 {
            return Some(number);
        }
    }
}

/// Where values come from, and where they go.
pub trait Values {
    /// Takes one byte of a stream over; `None` at its end.
    fn byte(&mut self, stream: usize) -> Option<u8>;
    /// The instruction that stands behind the number that is next.
    fn following(&mut self) -> Option<u8>;

    /// Takes a number (LEB128) over, and returns its lowest 32 bits.
    fn number(&mut self, stream: usize) -> Option<u32> {
        let (mut number, mut shift) = (0_u32, 0_u32);
        loop {
            let byte = self.byte(stream)?;
            number |= u32::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            shift += 7;
            if byte < 0x80 {
                return Some(number);
            }
        }
    }

    /// Takes several numbers over.
    fn numbers(&mut self, stream: usize, count: u32) -> Option<()> {
        (0..count).try_for_each(|_| self.number(stream).map(drop))
    }

    /// Takes several bytes over.
    fn bytes(&mut self, stream: usize, count: u32) -> Option<()> {
        (0..count).try_for_each(|_| self.byte(stream).map(drop))
    }
}

/// Takes one function over, from its locals to its last `end`. `None`: it breaks off, or has an instruction of which
/// nothing is known here.
pub fn function(values: &mut dyn Values) -> Option<()> {
    let groups = values.number(LOCALS)?;
    values.numbers(LOCALS, groups.checked_mul(2)?)?;
    let mut depth = 0_u32;
    loop {
        let op = values.byte(OP)?;
        match op {
            0x02..=0x04 => {
                depth += 1;
                values.number(BLOCK_TYPE)?;
            }
            0x0b if depth == 0 => return Some(()),
            0x0b => depth -= 1,
            _ => behind(values, op)?,
        }
    }
}

/// What stands behind an instruction that opens and ends nothing.
fn behind(values: &mut dyn Values, op: u8) -> Option<()> {
    match op {
        0x0c | 0x0d => values.numbers(LABEL, 1),
        0x0e => {
            let labels = values.number(LABELS)?;
            values.numbers(LABELS, labels.checked_add(1)?)
        }
        0x10 => values.numbers(CALLEE, 1),
        0x11 => values.numbers(SIGNATURE, 2),
        0x1c => {
            let types = values.number(SIGNATURE)?;
            values.bytes(SIGNATURE, types)
        }
        0x20..=0x22 => values.numbers(LOCAL + usize::from(op), 1),
        0x23..=0x26 | 0x3f | 0x40 | 0xd0 | 0xd2 => values.numbers(GLOBAL, 1),
        0x28..=0x3e => {
            values.number(ALIGNMENT)?;
            values.numbers(if op < 0x36 { OFFSET_OF_LOAD } else { OFFSET_OF_STORE }, 1)
        }
        0x41 => {
            let stream = CONSTANT + usize::from(values.following()?);
            values.numbers(stream, 1)
        }
        0x42 => values.numbers(LONG, 1),
        0x43 => values.bytes(FLOAT, 4),
        0x44 => values.bytes(FLOAT, 8),
        0xfc => match values.number(BULK)? {
            0..=7 => Some(()),
            8 | 10 | 12 | 14 => values.numbers(BULK, 2),
            9 | 11 | 13 | 15..=17 => values.numbers(BULK, 1),
            _ => None,
        },
        0x00 | 0x01 | 0x05 | 0x0f | 0x1a | 0x1b | 0x45..=0xc4 | 0xd1 => Some(()),
        _ => None,
    }
}
