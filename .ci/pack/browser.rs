//! The unpacker as the browser runs it: a wasm module of its own, of which `public/unpack.js` fills the memory.
#![no_std]

mod code;
mod unpack;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

/// Unpacks what lies at `packed` to `out`; whether that could be done. The caller has made room for both.
#[unsafe(no_mangle)]
unsafe extern "C" fn unpack(packed: *const u8, length: usize, out: *mut u8, out_length: usize) -> bool {
    // SAFETY: the caller has filled `length` bytes at `packed`, and nothing else uses the `out_length` bytes at `out`.
    let (packed, out) =
        unsafe { (core::slice::from_raw_parts(packed, length), core::slice::from_raw_parts_mut(out, out_length)) };
    unpack::unpack(packed, out).is_some()
}
