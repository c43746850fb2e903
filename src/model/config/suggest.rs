//! "Did you mean …?"

/// The candidate that a typing mistake away from `word`, if one is near enough.
pub(super) fn closest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let word = word.to_ascii_lowercase().replace('-', "_");
    if word.len() > 40 {
        return None;
    }
    let near = |candidate: &&str| (distance(word.as_bytes(), candidate.as_bytes()), candidate.len());
    let best = candidates.iter().copied().min_by_key(near)?;
    (distance(word.as_bytes(), best.as_bytes()) <= (best.len() / 3).max(1)).then_some(best)
}

/// How many bytes must be inserted, removed or replaced (Levenshtein); the same bytes in another
/// order, the commonest slip, count as one.
fn distance(left: &[u8], right: &[u8]) -> usize {
    if left != right && is_shuffled(left, right) {
        return 1;
    }
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, from) in left.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (column, to) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

fn is_shuffled(left: &[u8], right: &[u8]) -> bool {
    let count = |word: &[u8], letter: u8| word.iter().filter(|byte| **byte == letter).count();
    left.len() == right.len() && left.iter().all(|letter| count(left, *letter) == count(right, *letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_understood_and_another_word_is_not() {
        let words = ["pocketbase", "rest", "label", "date_time"];
        for (word, meant) in [
            ("pocketbse", Some("pocketbase")),
            ("PocketBase", Some("pocketbase")),
            ("lable", Some("label")),
            ("labl", Some("label")),
            ("color", None),
            ("date-time", Some("date_time")),
            ("datetime", Some("date_time")),
            ("test", Some("rest")),
            ("mysql", None),
            ("", None),
        ] {
            assert_eq!(closest(word, &words), meant, "{word}");
        }
    }
}
