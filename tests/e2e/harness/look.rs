//! What a page is looked at with: the screen's size, the theme, the wish for calm.

use serde_json::json;
use thirtyfour::WebDriver;

/// A screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// 390 × 844, touched with a finger.
    Phone,
    /// 1280 × 800, with a mouse.
    Desk,
    /// Any other, with a mouse: width and height in CSS pixels.
    Window(u32, u32),
}

/// The system's colour scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// A screen and the preferences of who looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The screen.
    pub device: Device,
    /// The system's colour scheme.
    pub theme: Theme,
    /// Whether the system asks for less motion.
    pub reduced_motion: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { device: Device::Desk, theme: Theme::Light, reduced_motion: false }
    }
}

impl Look {
    /// Makes the driver's current tab look so.
    pub(super) async fn apply(&self, driver: &WebDriver) {
        let phone = self.device == Device::Phone;
        let (width, height) = self.device.size();
        let media = json!({ "features": [
            { "name": "prefers-color-scheme", "value": self.theme.name() },
            { "name": "prefers-reduced-motion", "value": if self.reduced_motion { "reduce" } else { "no-preference" } },
        ] });
        let devtools = driver.cdp();
        let emulation = devtools.emulation();
        emulation.set_device_metrics_override(width, height, 1.0, phone).await.expect("a screen size");
        let touch = json!({ "enabled": phone });
        devtools.send_raw("Emulation.setTouchEmulationEnabled", touch).await.expect("a finger");
        devtools.send_raw("Emulation.setEmulatedMedia", media).await.expect("media features");
    }
}

impl Device {
    /// Its name in file names.
    pub fn name(self) -> String {
        match self {
            Self::Phone => "phone".to_owned(),
            Self::Desk => "desk".to_owned(),
            Self::Window(width, height) => format!("{width}x{height}"),
        }
    }

    /// Width and height in CSS pixels.
    fn size(self) -> (u32, u32) {
        match self {
            Self::Phone => (390, 844),
            Self::Desk => (1280, 800),
            Self::Window(width, height) => (width, height),
        }
    }
}

impl Theme {
    /// Its name in CSS and in file names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}
