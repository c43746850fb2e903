//! Whether a record that cannot be read is really gone (rule 18): proven per id, never assumed.
//!
//! On some backends a bad session, or a rule that denies, looks the same as an absence. There a record counts as gone only if
//! the session was proven good, another record of the collection can be listed and read, and the record still cannot:
//! in this order, so that a session that was renewed meanwhile proves nothing about an earlier reading. Listing
//! alone is not enough: where one rule says who may list and another who may read, only the second may deny.

use crate::model::Record;
use crate::remote::{RemoteError, RemoteSource};

/// What the questions came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Absence {
    /// It is gone.
    Proven,
    /// Nothing else of the collection can be read either: it may be denied.
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
    let Some(other) = others.ids.iter().find(|other| *other != id) else { return Ok(Absence::Doubtful) };
    if remote.read(collection, other).await?.is_none() {
        return Ok(Absence::Doubtful);
    }
    Ok(match remote.read(collection, id).await? {
        Some(record) => Absence::There(Box::new(record)),
        None => Absence::Proven,
    })
}
