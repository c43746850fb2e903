//! Pictures of every screen, on a phone and a desk, light and dark: `make screenshots`.
//!
//! They are to be looked at; nothing is compared.

use super::harness::{Browser, Device, Look, Site, Theme, e2e};

/// The picture's name and the screen's path.
const SCREENS: [(&str, &str); 1] = [("home", "")];

#[test]
fn every_screen() {
    e2e(async {
        let site = Site::at("/");
        let mut browser = Browser::open().await;
        for device in [Device::Phone, Device::Desk] {
            for theme in [Theme::Light, Theme::Dark] {
                browser.look(Look { device, theme, reduced_motion: true }).await;
                for (name, path) in SCREENS {
                    browser.goto(site.url(path)).await;
                    browser.wait_for_text("Landfall").await;
                    browser.screenshot(&format!("{name}-{}-{}", device.name(), theme.name())).await;
                }
            }
        }
    });
}
