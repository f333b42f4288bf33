//! The query of `GET /posts`.

use std::time::Duration;

use postern_domain::post::PostQuery;
use postern_domain::{Problem, Timestamp};

use super::create::missing;
use crate::moment::in_utc;

/// Posts that are asked for at once.
const PAGE: u32 = 500;

/// Reads `startDate`, `endDate` and `customer`; both ends belong to the window.
///
/// Nothing where no post can match, for the customer is no id of ours. Errors: all problems at once.
pub fn parse_list(
    start: Option<&str>,
    end: Option<&str>,
    customer: Option<&str>,
) -> Result<Option<PostQuery>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut read = |given: Option<&str>, field: &str| {
        let Some(text) = given.map(str::trim).filter(|text| !text.is_empty()) else {
            let fix = "send a date and time of the form 2026-01-15T10:00:00Z";
            problems.push(missing(field, "must be a valid ISO 8601 date string", fix));
            return None;
        };
        in_utc(text, field).map_err(|problem| problems.push(problem)).ok()
    };
    let (from, until): (Option<Timestamp>, _) = (read(start, "/startDate"), read(end, "/endDate"));
    if !problems.is_empty() {
        return Err(problems);
    }
    let wanted = customer.map(str::trim).filter(|id| !id.is_empty());
    let group = wanted.and_then(|id| id.parse().ok());
    if wanted.is_some() && group.is_none() {
        return Ok(None);
    }
    Ok(Some(PostQuery {
        from,
        until: until.map(|at| at.plus(Duration::from_micros(1))),
        group,
        limit: PAGE,
        ..PostQuery::default()
    }))
}

#[cfg(test)]
mod tests {
    use postern_domain::id::GroupId;

    use super::*;

    #[test]
    fn both_ends_are_needed_and_belong_to_the_window() {
        let query = parse_list(Some("2026-01-01"), Some("2026-01-31T12:00:00"), None)
            .unwrap()
            .unwrap();
        assert_eq!(query.from.unwrap().to_rfc3339(), "2026-01-01T00:00:00.000Z");
        let until = query.until.unwrap();
        assert_eq!(
            until.minus(Duration::from_micros(1)).to_rfc3339(),
            "2026-01-31T12:00:00.000Z"
        );
        let fields = |start, end| -> Vec<String> {
            parse_list(start, end, None)
                .unwrap_err()
                .into_iter()
                .map(|it| it.field)
                .collect()
        };
        assert_eq!(fields(None, Some(" ")), ["/startDate", "/endDate"]);
        assert_eq!(fields(Some("2026-01-01"), Some("soon")), ["/endDate"]);
    }

    #[test]
    fn a_foreign_customer_has_no_posts() {
        let with = |customer| parse_list(Some("2026-01-01"), Some("2026-01-31"), Some(customer)).unwrap();
        assert_eq!(with("not-one-of-ours"), None);
        assert_eq!(with("").unwrap().group, None);
        let group = GroupId::from_bits(7);
        assert_eq!(with(&group.to_string()).unwrap().group, Some(group));
    }
}
