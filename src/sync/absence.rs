//! Whether a record that cannot be read is really gone (rule 18): proven per id, never assumed.
//!
//! On some backends a bad session, or a rule that denies, looks the same as an absence. There a record counts as gone only if
//! the session was proven good, another record of the collection can be read, and the record still cannot:
//! in this order, so that a session that was renewed meanwhile proves nothing about an earlier reading.

use crate::model::Record;
use crate::remote::{RemoteError, RemoteSource};

/// What the questions came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Absence {
    /// It is gone.
    Proven,
    /// Nothing of the collection can be read: it may be denied.
    Doubtful,
    /// It is there after all.
    There(Box<Record>),
}

/// Asks about a record that a reading did not find.
///
/// # Errors
/// The remote's; `SignIn` if the session is not good.
pub async fn prove(remote: &dyn RemoteSource, collection: &str, id: &str) -> Result<Absence, RemoteError> {
    if !remote.capabilities().denial_looks_like_absence {
        return Ok(Absence::Proven);
    }
    remote.vouch().await?;
    let others = remote.ids(collection, None, 2).await?;
    if others.ids.iter().all(|other| other == id) {
        return Ok(Absence::Doubtful);
    }
    Ok(match remote.read(collection, id).await? {
        Some(record) => Absence::There(Box::new(record)),
        None => Absence::Proven,
    })
}
