//! Data only: the words every other floor speaks.
//!
//! Nothing here reads a clock, a network or a disk, so all of it runs anywhere and is tested
//! natively. Rules about data (validation, filters, equality, folding of text) live beside the data.

pub mod case;
pub mod change;
pub mod config;
pub mod cursor;
pub mod file;
pub mod fold;
pub mod json;
pub mod mutation;
pub mod number;
pub mod order;
pub mod practice;
pub mod problem;
pub mod query;
pub mod record;
pub mod record_map;
pub mod schema;
pub mod time;
pub mod validation;
pub mod value;

pub use change::{ChangeSet, Origin};
pub use cursor::Cursor;
pub use file::LocalFile;
pub use mutation::{Entry, EntryKey, EntryState, Kind};
pub use problem::{FieldError, Problem};
pub use query::{Direction, Filter, Operator, OrderBy, Query};
pub use record::{Record, RecordId, Version};
pub use record_map::{RecordKey, RecordMap};
pub use schema::{Collection, Field, FieldType, SyncMode};
pub use time::Timestamp;
pub use value::{Fields, Value};
