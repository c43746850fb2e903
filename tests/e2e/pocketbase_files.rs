//! Files of a record on a real PocketBase: kept here at once, sent with what was typed beside them, once.

use super::harness::e2e;
use super::pocketbase::person_id;
use super::proxy::Fault;
use super::support::Crew;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

const LARGE: usize = 20 << 20;
/// Bytes a second at which [`LARGE`] is seen to go.
const LINE: u32 = 5 << 20;
const PEOPLE: &str = "/api/collections/people/records";

/// Remembers every share of an upload that a bar has shown.
const WATCH_BARS: &str = "window.shares = [];
    new MutationObserver(() => {
        const share = document.querySelector('main progress')?.getAttribute('value');
        if (share != null && shares.at(-1) !== share) shares.push(share);
    }).observe(document, { subtree: true, childList: true, attributes: true });";

/// Draws a picture, as the bytes of a PNG.
const DRAW: &str = "
    const canvas = new OffscreenCanvas(320, 200);
    const pen = canvas.getContext('2d');
    pen.fillStyle = 'teal';
    pen.fillRect(20, 20, 200, 90);
    return canvas.convertToBlob().then((png) => png.arrayBuffer()).then((bytes) => [...new Uint8Array(bytes)]);";

impl Crew {
    /// A real picture.
    pub(super) async fn picture(&self, name: &str) -> Chosen {
        let bytes = self.app.browser.run(DRAW, vec![]).await;
        Chosen::new(name, serde_json::from_value(bytes).expect("bytes"))
    }

    /// Opens a person and chooses a file in a field of its form.
    pub(super) async fn choose_file(&self, id: &str, field: &str, file: &Chosen) {
        self.app.go(&format!("c/people/{id}")).await;
        self.app.browser.wait_until(&format!("location.pathname.endsWith('{id}')")).await;
        let input = self.app.browser.wait_for(&format!("input[type=file][name={field}]")).await;
        input.send_keys(file.path.to_str().expect("a path")).await.expect("a file is chosen");
        self.app.browser.wait_for_text(&file.name).await;
    }

    /// The files of a person's field on the server: names and bytes.
    pub(super) async fn stored_files(&self, id: &str, field: &str) -> Vec<(String, Vec<u8>)> {
        let names = match self.on_server(id, field).await {
            Value::Array(names) => names,
            Value::String(name) if !name.is_empty() => vec![name.into()],
            _ => Vec::new(),
        };
        let mut files = Vec::new();
        for name in names.iter().map(|name| name.as_str().expect("a name")) {
            let url = format!("{}/api/files/people/{id}/{name}", self.backend.admin().url());
            let answer = self.backend.admin().http().get(url).send().await.expect("PocketBase answers");
            files.push((name.to_owned(), answer.bytes().await.expect("a whole file").to_vec()));
        }
        files
    }

    /// Somebody else gives a person a file of a few bytes.
    pub(super) async fn upload_elsewhere(&self, id: &str, field: &str, name: &str) {
        let admin = self.backend.admin();
        let form = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\ntheirs\r\n--edge--\r\n"
        );
        let call = admin.http().patch(format!("{}{PEOPLE}/{id}", admin.url()));
        let call = call.header("authorization", admin.root_token());
        let answer = call.header("content-type", "multipart/form-data; boundary=edge").body(form).send().await;
        assert!(answer.expect("PocketBase answers").status().is_success());
    }

    /// How many changes of people came by, answered or not.
    fn patches_passed(&self) -> usize {
        self.backend.writes().iter().filter(|request| request.method == "PATCH").count()
    }
}

/// A file on this machine, gone with this value.
pub(super) struct Chosen {
    name: String,
    path: PathBuf,
    pub(super) bytes: Vec<u8>,
}

impl Chosen {
    fn new(name: &str, bytes: Vec<u8>) -> Self {
        let folder = std::env::temp_dir().join(format!("landfall-files-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a temporary folder");
        let path = folder.join(name);
        fs::write(&path, &bytes).expect("a temporary file");
        Self { name: name.to_owned(), path, bytes }
    }

    /// So many bytes in which no stretch repeats another.
    fn noise(name: &str, length: usize) -> Self {
        let mut state = 0x9E37_79B9_u32;
        let mut byte = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state.to_le_bytes()[1]
        };
        Self::new(name, (0..length).map(|_| byte()).collect())
    }
}

impl Drop for Chosen {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

#[test]
fn twenty_megabytes_go_with_visible_progress_and_the_text_beside_them() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        let (id, file) = (person_id(1), Chosen::noise("survey.bin", LARGE));
        crew.backend.proxy.next("PATCH", PEOPLE, Fault::Rate(LINE));
        crew.app.browser.run(WATCH_BARS, vec![]).await;
        crew.choose_file(&id, "papers", &file).await;
        crew.app.browser.fill("name", "With Papers").await;
        crew.app.save().await;
        crew.app.browser.wait_for("main progress").await;
        crew.arrived().await;

        let shares: Vec<String> = crew.app.browser.eval("shares").await;
        let between: Vec<u32> = shares
            .iter()
            .map(|share| share.parse().expect("a share"))
            .filter(|share| (1..100).contains(share))
            .collect();
        assert!(between.len() >= 3 && between.is_sorted(), "{shares:?}");
        let stored = crew.stored_files(&id, "papers").await;
        assert_eq!(stored.len(), 1);
        assert!(stored[0].1 == file.bytes, "{} bytes arrived", stored[0].1.len());
        assert_eq!(crew.on_server(&id, "name").await, "With Papers");
        crew.app.browser.wait_gone("main progress").await;
    });
}

#[test]
fn a_picture_chosen_offline_is_seen_at_once_and_sent_later() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        let (id, file) = (person_id(2), crew.picture("portrait.png").await);
        crew.backend.proxy.refuse();
        crew.app.chip("offline").await;
        crew.choose_file(&id, "photo", &file).await;
        crew.app.browser.fill("notes", "With a portrait").await;
        crew.app.save().await;
        let seen = |begins: &str| {
            format!(
                "(() => {{ const image = document.querySelector('.files img'); return image && image.src.includes('{begins}') && image.naturalWidth > 0; }})()"
            )
        };
        crew.app.browser.wait_until(&seen("blob:")).await;
        assert_eq!(crew.app.entries().await.len(), 1);
        // It is on the disk: a page loaded anew shows it too.
        crew.app.reload().await;
        crew.app.browser.wait_until(&seen("blob:")).await;
        assert!(crew.stored_files(&id, "photo").await.is_empty());

        crew.backend.proxy.accept();
        crew.arrived().await;
        let stored = crew.stored_files(&id, "photo").await;
        assert!(stored.len() == 1 && stored[0].1 == file.bytes, "{} files", stored.len());
        assert_eq!(crew.on_server(&id, "notes").await, "With a portrait");
        crew.app.browser.wait_until(&seen("thumb=")).await;
    });
}

#[test]
fn a_file_whose_reply_is_lost_is_not_doubled() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        let id = person_id(3);
        let [first, second] = [Chosen::noise("first.bin", 300_000), Chosen::noise("second.bin", 200_000)];
        crew.choose_file(&id, "papers", &first).await;
        crew.app.save().await;
        crew.arrived().await;

        crew.backend.proxy.next("PATCH", PEOPLE, Fault::DropReply);
        crew.choose_file(&id, "papers", &second).await;
        crew.app.browser.fill("name", "Twice Told").await;
        crew.app.save().await;
        crew.arrived().await;
        assert_eq!(crew.backend.proxy.waiting(), 0, "the reply was dropped");
        let stored: Vec<Vec<u8>> = crew.stored_files(&id, "papers").await.into_iter().map(|(_, bytes)| bytes).collect();
        assert!(stored == [first.bytes.clone(), second.bytes.clone()], "{} files", stored.len());
        assert_eq!(crew.on_server(&id, "name").await, "Twice Told");
        let patches = crew.patches_passed();
        assert!((2..=3).contains(&patches), "{patches}: at most the browser itself sent it again");

        // A new record with a file, likewise.
        crew.backend.proxy.next("POST", PEOPLE, Fault::DropReply);
        let third = Chosen::noise("third.bin", 100_000);
        crew.app.go("c/people/new").await;
        crew.app.browser.wait_until("location.pathname.endsWith('/new')").await;
        crew.app.browser.fill("name", "New With Papers").await;
        let input = crew.app.browser.wait_for("input[type=file][name=papers]").await;
        input.send_keys(third.path.to_str().expect("a path")).await.expect("a file is chosen");
        crew.app.browser.wait_for_text(&third.name).await;
        crew.app.save().await;
        crew.app.browser.wait_until("!location.pathname.endsWith('/new')").await;
        crew.arrived().await;
        let made: String = crew.app.browser.eval("location.pathname.split('/').pop()").await;
        let stored = crew.stored_files(&made, "papers").await;
        assert!(stored.len() == 1 && stored[0].1 == third.bytes, "{} files", stored.len());
        assert_eq!(crew.named("New With Papers").await, 1);
    });
}

#[test]
fn an_upload_that_breaks_off_is_sent_again_whole() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        let (id, file) = (person_id(4), Chosen::noise("broken off.bin", LARGE / 2));
        crew.backend.proxy.next("PATCH", PEOPLE, Fault::Rate(LINE / 2));
        crew.app.browser.run(WATCH_BARS, vec![]).await;
        crew.choose_file(&id, "papers", &file).await;
        crew.app.browser.fill("notes", "Beside the file").await;
        crew.app.save().await;
        crew.app.browser.wait_until("shares.some((share) => share > 20)").await;
        crew.backend.proxy.refuse();
        crew.app.chip("offline").await;
        assert!(crew.stored_files(&id, "papers").await.is_empty());
        assert_eq!(crew.app.entries().await.len(), 1);
        crew.backend.proxy.accept();
        crew.arrived().await;
        let stored = crew.stored_files(&id, "papers").await;
        assert!(stored.len() == 1 && stored[0].1 == file.bytes, "{} files", stored.len());
        assert_eq!(crew.on_server(&id, "notes").await, "Beside the file");
    });
}
