//! One planted bug: what it is called, where it goes, and who must find it.
//!
//! Its old text is looked for without regard to white space, so that a formatter's other line breaks do not lose it, and
//! must be there exactly once.

/// A mistake that somebody could make in the engine.
pub struct Bug {
    /// What goes wrong, as a person would say it.
    pub name: &'static str,
    /// The source file, from the package's folder.
    pub file: &'static str,
    /// The text that goes.
    pub old: &'static str,
    /// What stands in its place.
    pub new: &'static str,
    /// The test target and the full name of the test that finds it.
    pub found_by: (&'static str, &'static str),
}

impl Bug {
    /// The test target: a file of `tests/` without its ending, or `lib`.
    pub fn target(&self) -> &'static str {
        self.found_by.0
    }

    /// The test's full name.
    pub fn test(&self) -> &'static str {
        self.found_by.1
    }

    /// The file's text with the bug in it.
    ///
    /// # Errors
    /// How often the old text is there, if that is not once.
    pub fn planted(&self, source: &str) -> Result<String, String> {
        let dense: Vec<(usize, char)> = source.char_indices().filter(|(_, letter)| !letter.is_whitespace()).collect();
        let wanted: Vec<char> = self.old.chars().filter(|letter| !letter.is_whitespace()).collect();
        let is_here = |window: &[(usize, char)]| window.iter().map(|(_, letter)| letter).eq(&wanted);
        let places: Vec<&[(usize, char)]> =
            dense.windows(wanted.len().max(1)).filter(|window| is_here(window)).collect();
        let [place] = &*places else {
            return Err(format!("has the text {} times instead of once", places.len()));
        };
        let (first, last) = (place[0].0, place[place.len() - 1]);
        Ok([&source[..first], self.new, &source[last.0 + last.1.len_utf8()..]].concat())
    }
}
