//! The connectors of this package as the kit knows them.

pub mod pocketbase;
pub mod practice;
