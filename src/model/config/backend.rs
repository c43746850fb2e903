//! The kinds of backend that a config can name.

use super::Value;

/// What a workspace connects to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Backend {
    /// Which connector.
    pub kind: BackendKind,
    /// Where it is; none for what lives in the page.
    pub url: Option<String>,
    /// The whole entry as written: connectors read their own options from it.
    pub options: Value,
}

/// A kind of backend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BackendKind {
    /// None: data stays on this device.
    Device,
    /// The simulated server inside the page.
    #[default]
    Practice,
    /// `PocketBase`.
    PocketBase,
    /// Any REST API.
    Rest,
    /// A GraphQL API.
    GraphQl,
    /// Supabase (`PostgREST`).
    Supabase,
    /// Firebase (Firestore).
    Firebase,
    /// Frames over a WebSocket.
    WebSocket,
}

impl BackendKind {
    /// The kinds by the names that a config uses.
    pub const ALL: [Self; 8] = [
        Self::Device,
        Self::Practice,
        Self::PocketBase,
        Self::Rest,
        Self::GraphQl,
        Self::Supabase,
        Self::Firebase,
        Self::WebSocket,
    ];

    pub(super) const NAMES: [&str; 8] =
        ["device", "practice", "pocketbase", "rest", "graphql", "supabase", "firebase", "websocket"];

    /// The name that a config uses.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Whether this version can connect to it.
    #[must_use]
    pub fn built(self) -> bool {
        matches!(self, Self::Practice | Self::PocketBase)
    }

    /// Whether it is somewhere else, so that it needs a URL.
    #[must_use]
    pub fn is_remote(self) -> bool {
        !matches!(self, Self::Device | Self::Practice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_own_name() {
        let names: Vec<_> = BackendKind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(names, BackendKind::NAMES);
        assert_eq!(BackendKind::WebSocket.name(), "websocket");
    }
}
