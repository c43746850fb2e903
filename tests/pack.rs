//! The wasm on its journey: what is packed comes out as it went in, and what is damaged does not come out at all.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../.ci/pack/code.rs"]
#[allow(clippy::pedantic)]
mod code;
#[path = "../.ci/pack/pack.rs"]
#[allow(clippy::pedantic)]
mod pack;
#[path = "../.ci/pack/unpack.rs"]
#[allow(clippy::pedantic)]
mod unpack;

use proptest::prelude::*;

/// A module of two sections and these functions.
fn module(bodies: &[Vec<u8>]) -> Vec<u8> {
    let number = |length: usize| -> Vec<u8> {
        // two digits at most: the tests' functions are short
        if length < 0x80 { vec![length as u8] } else { vec![(length & 0x7f) as u8 | 0x80, (length >> 7) as u8] }
    };
    let mut code = number(bodies.len());
    for body in bodies {
        code.extend(number(body.len()));
        code.extend(body);
    }
    let before = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0".to_vec();
    [before, vec![10], number(code.len()), code, b"\x0b\x03\x01\0\x07".to_vec()].concat()
}

/// Every kind of instruction with what may stand behind it.
fn everything() -> Vec<u8> {
    let parts: [&[u8]; 20] = [
        &[1, 2, 0x7f],                   // two locals
        &[0x02, 0x40],                   // block
        &[0x20, 0],                      // local.get
        &[0x41, 0x80, 0x80, 0xc0, 0x00], // i32.const
        &[0x28, 2, 0x90, 0x01],          // i32.load
        &[0x0e, 2, 0, 1, 0],             // br_table
        &[0x0b],                         // end
        &[0x03, 0x7f, 0x0b],             // loop
        &[0x04, 0x40, 0x05, 0x0b],       // if, else
        &[0x10, 0xff, 0x01],             // call
        &[0x11, 3, 0],                   // call_indirect
        &[0x1c, 1, 0x6f],                // select with a type
        &[0x23, 0],                      // global.get
        &[0x36, 0, 8],                   // i32.store
        &[0x42, 0x7f],                   // i64.const
        &[0x43, 1, 2, 3, 4],             // f32.const
        &[0x44, 1, 2, 3, 4, 5, 6, 7, 8], // f64.const
        &[0xfc, 10, 0, 0],               // memory.copy
        &[0xfc, 0],                      // i32.trunc_sat
        &[0x0b],                         // the end
    ];
    parts.concat()
}

fn unpacked(packed: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut out = vec![0; length];
    unpack::unpack(packed, &mut out).map(|()| out)
}

#[test]
fn every_kind_of_instruction_comes_out_as_it_went_in() {
    let long = [vec![0], vec![0x01; 200], vec![0x0b]].concat();
    let whole = module(&[everything(), long, vec![0, 0x0b]]);
    let packed = pack::pack(&whole).expect("all of it is known");
    assert_eq!(unpacked(&packed, whole.len()), Some(whole));
}

#[test]
fn what_is_not_known_is_not_packed() {
    assert_eq!(pack::pack(&module(&[vec![0, 0xfd, 0x0c, 0x0b]])), None, "vectors");
    assert_eq!(pack::pack(b"<!doctype html>"), None);
    let whole = module(&[everything()]);
    assert_eq!(pack::pack(&whole[..whole.len() - 8]), None, "cut");
}

proptest! {
    #[test]
    fn constants_and_locals_of_any_size_come_out_as_they_went_in(values in prop::collection::vec(any::<u32>(), 0..15)) {
        let mut body = vec![0];
        for value in values {
            let digits: Vec<u8> = (0..5).map(|digit| (value >> (7 * digit)) as u8 & 0x7f | if digit < 4 { 0x80 } else { 0 }).collect();
            body.push(if value % 2 == 0 { 0x41 } else { 0x21 });
            body.extend(digits);
        }
        body.push(0x0b);
        let whole = module(&[body]);
        let packed = pack::pack(&whole).unwrap();
        prop_assert_eq!(unpacked(&packed, whole.len()), Some(whole));
    }

    #[test]
    fn damage_never_panics(at in 0_usize..200, byte: u8, end in 0_usize..200) {
        let whole = module(&[everything(), everything()]);
        let mut packed = pack::pack(&whole).unwrap();
        let at = at % packed.len();
        packed[at] = byte;
        unpacked(&packed, whole.len());
        unpacked(&packed[..end.min(packed.len())], whole.len());
    }
}
