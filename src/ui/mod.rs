//! The screens: they render signals and dispatch commands, and do nothing else.
//!
//! Addresses ([`route`], [`list_address`]) and names ([`file_name`]) are pure and tested natively; everything that draws needs a
//! browser. Views are plain functions that return elements (see `dom` for why).

pub mod file_name;
pub mod list_address;
pub mod route;

#[cfg(target_arch = "wasm32")]
mod address_bar;
#[cfg(target_arch = "wasm32")]
mod app;
#[cfg(target_arch = "wasm32")]
mod commands;
#[cfg(target_arch = "wasm32")]
mod components;
#[cfg(target_arch = "wasm32")]
mod context;
#[cfg(target_arch = "wasm32")]
mod dom;
#[cfg(target_arch = "wasm32")]
mod forms;
#[cfg(target_arch = "wasm32")]
mod pages;
#[cfg(target_arch = "wasm32")]
mod palette;
#[cfg(target_arch = "wasm32")]
mod pull;
#[cfg(target_arch = "wasm32")]
mod shell;
#[cfg(target_arch = "wasm32")]
mod shortcuts;

#[cfg(target_arch = "wasm32")]
pub use app::app;
#[cfg(target_arch = "wasm32")]
pub use dom::DRAFT;
#[cfg(target_arch = "wasm32")]
pub use pages::sign_in::sign_in_gate;
#[cfg(target_arch = "wasm32")]
pub use pages::trouble::{Trouble, trouble};
