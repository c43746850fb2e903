//! Signals over repositories and sync: the only floor that screens talk to. Leptos starts here.

mod appearance;
mod connect;
mod device;
pub mod format;
mod link;
mod linked;
mod live_list;
mod notices;
mod row_view;
mod services;
mod signal;
mod sync_status;
pub mod translation;

pub use appearance::{Appearance, Choice};
pub use connect::{Connect, ConnectDesk, ConnectRequest, Diagnose, Diagnosis, SignIn, SignInFailure};
pub use link::{
    AccountDesk, AccountView, CollectionSync, CountUnsent, FileAddress, FilePlace, Guarantees, KnownWorkspace, Link,
    Progress, RemoveFailure, RemoveWorkspace, StorageView, SweepQuestion, Unsent, WorkspaceDesk,
};
pub use live_list::LiveList;
pub use notices::{Notice, Notices};
pub use row_view::{RowSync, RowView};
pub use services::{
    Command, EditError, Kept, OutboxItem, PRACTICE, Parts, PracticeAct, Services, WorkspaceFacts, not_saved,
};
pub use signal::{ArcRwSignal, RwSignal, Signal};
pub use sync_status::{ChipState, SyncStatus};

pub use crate::repository::UndoStep;
