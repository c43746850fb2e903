//! Whether a PocketBase answers at an address, and if not, what is there instead.

use crate::{
    http::{Client, HttpError, Options, Response},
    model::{Value, json},
};

/// Why an address is not one that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Detection {
    /// Plain http to another machine: a password would travel in the clear, and pages may not load it.
    #[error("plain http to another machine")]
    Insecure,
    /// This device has no network.
    #[error("offline")]
    Offline,
    /// Nothing answers there.
    #[error("nothing answers")]
    Unreachable,
    /// Something answers, but this page may not read it (cross-origin resource sharing).
    #[error("the answer may not be read (CORS)")]
    LikelyCors,
    /// Something else answers.
    #[error("no PocketBase: the answer was {status}")]
    NotThis {
        /// The HTTP status of its answer.
        status: u16,
    },
}

/// Looks at `client`'s base. One request, two if no answer comes.
///
/// # Errors
/// What is there instead of a PocketBase.
pub async fn detect(client: &Client) -> Result<(), Detection> {
    let base = client.base();
    if base.as_str().starts_with("http:") && !base.is_local() {
        return Err(Detection::Insecure);
    }
    answers(client).await
}

/// The same, whatever the address looks like.
pub(super) async fn answers(client: &Client) -> Result<(), Detection> {
    let options = Options { diagnose: true, retries: Some(0), ..Options::default() };
    match client.get("api/health").options(options).send().await {
        Ok(answer) if is_healthy(&answer) => Ok(()),
        Ok(answer) => Err(Detection::NotThis { status: answer.status }),
        Err(error) => Err(what_is_there(&error)),
    }
}

fn what_is_there(error: &HttpError) -> Detection {
    match error {
        HttpError::Offline => Detection::Offline,
        HttpError::LikelyCors => Detection::LikelyCors,
        HttpError::Status { status, .. } => Detection::NotThis { status: *status },
        HttpError::TooLarge { .. } | HttpError::Decode { .. } => Detection::NotThis { status: 200 },
        _ => Detection::Unreachable,
    }
}

/// `{"code":200,"message":"API is healthy.","data":{}}`
fn is_healthy(answer: &Response) -> bool {
    let said = json::parse_bytes(&answer.body);
    let word = said.as_ref().and_then(|said| said.get("message")).and_then(Value::as_str);
    word.is_some_and(|word| word.starts_with("API is healthy")) && super::says(answer, "code", 200)
}
