//! Finds what somebody probably meant.

/// The candidate nearest to `given`, unless even that is far off: more than a third of its letters different.
pub(crate) fn nearest<'a>(given: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let given = given.to_lowercase();
    candidates
        .iter()
        .map(|candidate| (distance(&given, &candidate.to_lowercase()), *candidate))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, candidate)| *distance * 3 <= candidate.chars().count().max(3))
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance; inputs are cut to 64 letters so that its cost is bounded.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let change = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_strangers_are_not() {
        let names = ["integrationList", "get_post", "server_time"];
        for (given, wanted) in [
            ("integration_list", Some("integrationList")),
            ("getPost", Some("get_post")),
            ("server_tine", Some("server_time")),
            ("weather", None),
            ("", None),
        ] {
            assert_eq!(nearest(given, &names), wanted, "{given}");
        }
        assert_eq!(nearest("a", &[]), None);
    }
}
