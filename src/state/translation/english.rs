//! English.
pub const WORDS: &[(&str,&str)] = &[("time.now","just now")];
