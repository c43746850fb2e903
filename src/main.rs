//! The app's entry point: a stand-in to look at the screens with sample rows.
use landfall::{
    platform::Preferences,
    state::{Appearance, Services},
};
struct None_;
impl Preferences for None_ {
    fn get(&self, _: &str) -> Option<String> {
        None
    }
    fn set(&self, _: &str, _: &str) {}
    fn remove(&self, _: &str) {}
}
#[cfg(target_arch = "wasm32")]
fn main() {
    console_error_panic_hook::set_once();
    let search = leptos::prelude::window().location().search().unwrap_or_default();
    if search.contains("trouble") {
        leptos::mount::mount_to_body(|| {
            landfall::ui::trouble(
                landfall::ui::Trouble::Config("line 12, workspaces[0].backend.kind: unknown kind “pocketbse”".into()),
                "?workspace=sample".into(),
            )
        });
    } else {
        leptos::mount::mount_to_body(move || {
            let a = Appearance::new(std::rc::Rc::new(None_));
            if search.contains("theme=dark") {
                a.choose(landfall::state::Theme::Dark);
            }
            landfall::ui::app(Services::sample(search.contains("empty=1")), a, String::new())
        });
    }
}
#[cfg(not(target_arch = "wasm32"))]
fn main() {
    let _ = None_;
}
