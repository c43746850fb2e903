//! Forms of fields and files (`multipart/form-data`, RFC 7578), as bytes in memory.
//!
//! Names are written as browsers write them (HTML, "multipart/form-data encoding algorithm"): UTF-8, with quotes and
//! line breaks percent-encoded. The boundary is 128 random bits, so that no content need be searched for it.

use crate::platform::Random;

/// A form being put together.
pub struct Form {
    boundary: String,
    bytes: Vec<u8>,
}

impl Form {
    /// An empty form.
    #[must_use]
    pub fn new(random: &dyn Random) -> Self {
        let mut boundary = String::from("landfall-");
        let mut bits = u128::from(random.number()) << 64 | u128::from(random.number());
        for _ in 0..32 {
            boundary.push(char::from(b"0123456789abcdef"[usize::from(bits as u8 & 15)]));
            bits >>= 4;
        }
        Self { boundary, bytes: Vec::new() }
    }

    /// A field of text.
    pub fn text(&mut self, name: &str, text: &str) {
        self.part(&["form-data; name=\"", &escaped(name), "\""], text.as_bytes());
    }

    /// A file; without a media type it is said to be just bytes.
    pub fn file(&mut self, name: &str, file: &str, content_type: &str, bytes: &[u8]) {
        let (name, file) = (escaped(name), escaped(file));
        let content_type = if clean(content_type) { content_type } else { "application/octet-stream" };
        let head = ["form-data; name=\"", &name, "\"; filename=\"", &file, "\"\r\ncontent-type: ", content_type];
        self.part(&head, bytes);
    }

    fn part(&mut self, head: &[&str], content: &[u8]) {
        let start = ["--", &self.boundary, "\r\ncontent-disposition: ", &head.concat(), "\r\n\r\n"].concat();
        self.bytes.reserve(start.len() + content.len() + 64);
        self.bytes.extend_from_slice(start.as_bytes());
        self.bytes.extend_from_slice(content);
        self.bytes.extend_from_slice(b"\r\n");
    }

    /// The content type and the body.
    #[must_use]
    pub fn end(mut self) -> (String, Vec<u8>) {
        self.bytes.extend_from_slice(["--", &self.boundary, "--\r\n"].concat().as_bytes());
        (["multipart/form-data; boundary=", &self.boundary].concat(), self.bytes)
    }
}

fn escaped(name: &str) -> String {
    name.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22")
}

/// Whether a media type can stand in a header.
fn clean(content_type: &str) -> bool {
    !content_type.is_empty() && content_type.bytes().all(|byte| (b' '..0x7f).contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Random for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0xa5);
        }
    }

    #[test]
    fn fields_and_files_look_as_a_browser_sends_them() {
        let mut form = Form::new(&Fixed);
        form.text("a \"b\"\r\n", "1\r\n2");
        form.file("doc", "ü\".pdf", "", b"\x00\xff");
        form.file("image", "a.png", "image/png", b"p");
        let (content_type, body) = form.end();
        let boundary = "landfall-5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";
        assert_eq!(content_type, format!("multipart/form-data; boundary={boundary}"));
        let mut expected = Vec::new();
        for part in [
            &b"content-disposition: form-data; name=\"a %22b%22%0D%0A\"\r\n\r\n1\r\n2"[..],
            "content-disposition: form-data; name=\"doc\"; filename=\"ü%22.pdf\"\r\n\
             content-type: application/octet-stream\r\n\r\n"
                .as_bytes(),
        ] {
            expected.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
            expected.extend_from_slice(part);
            expected.extend_from_slice(if part.ends_with(b"2") { b"\r\n" } else { b"\x00\xff\r\n" });
        }
        let last = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\
             content-type: image/png\r\n\r\np\r\n--{boundary}--\r\n"
        );
        expected.extend_from_slice(last.as_bytes());
        assert_eq!(body, expected);
    }

    #[test]
    fn a_media_type_that_could_split_the_form_is_left_out() {
        let mut form = Form::new(&Fixed);
        form.file("a", "b", "text/plain\r\nx: y", b"");
        assert!(String::from_utf8_lossy(&form.end().1).contains("content-type: application/octet-stream\r\n"));
    }
}
