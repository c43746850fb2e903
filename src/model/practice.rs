//! How the practice server should behave: the switches of the practice panel.

use super::json;

/// The practice server's weather. The default is a good day: quick answers, other people at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PracticeSettings {
    /// The server cannot be reached.
    pub offline: bool,
    /// The shortest time to an answer, in milliseconds.
    pub latency_min_ms: u32,
    /// The longest time to an answer, in milliseconds.
    pub latency_max_ms: u32,
    /// Writes are done, but the answer never arrives.
    pub drop_replies: bool,
    /// Writes are refused with an error at the title field.
    pub reject: bool,
    /// Someone else edits a record now and then.
    pub others: bool,
}

impl Default for PracticeSettings {
    fn default() -> Self {
        Self {
            offline: false,
            latency_min_ms: 150,
            latency_max_ms: 400,
            drop_replies: false,
            reject: false,
            others: true,
        }
    }
}

impl PracticeSettings {
    /// As they are remembered.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut members = json::Members::default();
        members.flag("offline", self.offline);
        members.whole("latency_min_ms", self.latency_min_ms.into());
        members.whole("latency_max_ms", self.latency_max_ms.into());
        members.flag("drop_replies", self.drop_replies);
        members.flag("reject", self.reject);
        members.flag("others", self.others);
        members.end()
    }

    /// Reads what is remembered; what is missing there is as it is by default.
    #[must_use]
    pub fn from_json(text: &str) -> Self {
        let (kept, usual) = (json::object(text).unwrap_or_default(), Self::default());
        Self {
            offline: json::flag(&kept, "offline").unwrap_or(usual.offline),
            latency_min_ms: json::small(&kept, "latency_min_ms").unwrap_or(usual.latency_min_ms),
            latency_max_ms: json::small(&kept, "latency_max_ms").unwrap_or(usual.latency_max_ms),
            drop_replies: json::flag(&kept, "drop_replies").unwrap_or(usual.drop_replies),
            reject: json::flag(&kept, "reject").unwrap_or(usual.reject),
            others: json::flag(&kept, "others").unwrap_or(usual.others),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_read_back_and_have_defaults() {
        let settings =
            PracticeSettings { reject: true, latency_max_ms: 9, others: false, ..PracticeSettings::default() };
        assert_eq!(PracticeSettings::from_json(&settings.to_json()), settings);
        assert_eq!(PracticeSettings::from_json("{}"), PracticeSettings::default());
        assert_eq!(PracticeSettings::from_json(""), PracticeSettings::default());
    }
}
