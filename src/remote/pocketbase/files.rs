//! Files beside the fields that name them: one form, the fields as JSON in its `@jsonPayload`.
//!
//! A file replaces what a field for one has. Where a field takes several, the JSON lists the stored names that stay,
//! and the new ones come after them. The server appends ten random characters to each name and keeps its beginning,
//! by which a lost success is recognised.

use super::record;
use crate::{
    http::{Call, Form, Options},
    model::{FieldError, Fields, LocalFile, Value, json},
    platform::Random,
    remote::{Progress, Push, PushFile},
};
use std::{rc::Rc, time::Duration};

/// The slowest line that an upload is given time for, in bytes a second.
const SLOWEST: u64 = 20_000;

/// The call with these values, and with the mutation's files, as its body. It is sent once: who sends writes decides on
/// every repetition.
pub(super) fn carrying(call: Call, changes: &Fields, push: &Push, random: &dyn Random) -> Call {
    let (fields, files) = (json::fields_text(&record::payload(changes)), &push.files);
    let call = once(call, files.iter().map(|file| file.bytes.len() as u64).sum());
    if files.is_empty() {
        return call.body("application/json", fields.into_bytes());
    }
    let mut form = Form::new(random);
    form.text("@jsonPayload", &fields);
    for file in files {
        form.file(&file.field, &file.name, &file.content_type, &file.bytes);
    }
    match &push.progress {
        Some(Progress(tell)) => {
            let tell = Rc::clone(tell);
            call.form(form).on_progress(move |sent, total| tell(sent, total))
        }
        None => call.form(form),
    }
}

/// The call without retries, and with time for so many bytes on top of what the config gives every call.
pub(super) fn once(call: Call, bytes: u64) -> Call {
    let extra = Duration::from_secs(bytes / SLOWEST);
    call.options(Options { extra, retries: Some(0), ..Options::default() })
}

/// The fields that name a file which does not come along: sent without it, the edit would lose it.
pub(super) fn missing(changes: &Fields, files: &[PushFile]) -> Vec<FieldError> {
    let comes = |field: &str, named: &LocalFile| {
        files.iter().any(|file| file.field == field && named.is_named(&file.name)) || is_lone(changes, files, field)
    };
    let gone = LocalFile::all(changes).into_iter().filter(|(field, file)| !comes(field, file));
    gone.map(|(field, _)| FieldError { field, code: "file_missing".into(), message: String::new() }).collect()
}

/// A field for one file and one file for it: they belong together, whatever the name.
fn is_lone(changes: &Fields, files: &[PushFile], field: &str) -> bool {
    !changes.get(field).is_some_and(Value::is_array) && files.iter().filter(|file| file.field == field).count() == 1
}
