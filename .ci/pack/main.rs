//! Packs a wasm file for its journey, and makes sure that it can be unpacked again.
//!
//! ```text
//! pack MODULE.wasm UNPACKER.wasm
//! ```
//!
//! `MODULE.wasm` becomes: the length of the unpacker (4 bytes, little-endian), the unpacker, the length of the module
//! (likewise), and the packed module. `public/unpack.js` reads it.

mod code;
mod pack;
mod unpack;

use std::{env, error::Error, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let [_, path, unpacker] = <[String; 3]>::try_from(env::args().collect::<Vec<_>>())
        .map_err(|_| "pack: give the module and the unpacker, and nothing else")?;
    let (module, unpacker) = (fs::read(&path)?, fs::read(unpacker)?);
    let packed = pack::pack(&module).ok_or("pack: an instruction of which code.rs knows nothing, or no wasm module")?;
    let mut again = vec![0; module.len()];
    let same = unpack::unpack(&packed, &mut again).is_some() && again == module;
    if !same {
        return Err("pack: the module would not come out as it went in (a section or function whose length is written longer than needed?)".into());
    }
    let mut file = Vec::new();
    for part in [unpacker.len(), module.len()].into_iter().zip([&unpacker, &packed]) {
        file.extend(u32::try_from(part.0)?.to_le_bytes());
        file.extend(part.1);
    }
    fs::write(path, file)?;
    Ok(())
}
