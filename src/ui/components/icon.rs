//! The icon set, and the mark: a wave meeting a line of land.
//!
//! Each icon is one path on a 24 by 24 grid, drawn with the text's colour; all are decoration beside
//! words, or inside a control that has a name.

use crate::ui::dom::El;

/// An icon that some screen uses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    Home,
    Search,
    Plus,
    Outbox,
    Settings,
    Check,
    Clock,
    Up,
    Offline,
    Alert,
    Device,
    SortUp,
    SortDown,
    Filter,
    Close,
    Back,
    Refresh,
    Trash,
    Open,
    File,
    Commands,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Home => "M4 11l8-7 8 7M6 9.5V20h12V9.5M10 20v-6h4v6",
            Self::Search => "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Outbox => "M12 14V4M8 8l4-4 4 4M4 13v6h16v-6",
            Self::Settings => "M4 7h9M17 7h3M15 5v4M4 17h3M11 17h9M9 15v4",
            Self::Check => "M5 12.5l4.5 4.5L19 7.5",
            Self::Clock => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.5l3.5 2",
            Self::Up => "M12 20V5M6 11l6-6 6 6",
            Self::Offline => "M3 3l18 18M7 8.5a5 5 0 0 0 0 10h10M10 6.5a5.5 5.5 0 0 1 7.4 4 4 4 0 0 1 2.6 6",
            Self::Alert => "M12 4l9 16H3zM12 10v4.5M12 17.2v.1",
            Self::Device => "M7 3h10v18H7zM11 18h2",
            Self::SortUp => "M6 15l6-6 6 6",
            Self::SortDown => "M6 9l6 6 6-6",
            Self::Filter => "M4 6h16M7 12h10M10 18h4",
            Self::Close => "M6 6l12 12M18 6L6 18",
            Self::Back => "M15 5l-7 7 7 7",
            Self::Refresh => "M20 11a8 8 0 1 0-2.3 6.3M20 5v6h-6",
            Self::Trash => "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
            Self::Open => "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
            Self::File => "M6 3h8l4 4v14H6zM14 3v4h4",
            Self::Commands => "M5 8l4 4-4 4M12 17h7",
        }
    }
}

/// Draws an icon.
pub fn icon(shape: Icon) -> El {
    drawing("icon", "0 0 24 24").child(path("", shape.path()))
}

/// Draws the mark.
pub fn mark() -> El {
    let wave = "M1 19.5C6 19.5 7 9 13.5 9c4.5 0 6 4 5 7.5-2-2.5-5.5-1.5-5.5 1.5 0 2.5 2.5 4 6 4h12";
    drawing("mark", "0 0 32 32").child(path("wave", wave)).child(path("land", "M22 17.5l5-3.5 4 2.5M3 26.5h26"))
}

/// Draws the swell at the foot of a tile.
pub fn swell() -> El {
    let lines = "M0 16c30 0 30-10 60-10s30 10 60 10 30-10 60-10 30 10 60 10\
                 M0 24c30 0 30-10 60-10s30 10 60 10 30-10 60-10 30 10 60 10";
    drawing("swell", "0 0 240 26").attr("preserveAspectRatio", "none").child(path("", lines))
}

fn drawing(class: &str, view_box: &str) -> El {
    El::svg("svg").attrs(&[("class", class), ("viewBox", view_box), ("aria-hidden", "true")])
}

fn path(class: &str, data: &str) -> El {
    El::svg("path").attrs(&[("class", class), ("d", data)])
}
