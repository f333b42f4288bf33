//! Compares what the platforms hold with what was asked for and with what the product says.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use super::books::{Copy, Journal, Row};
use super::callers::Told;
use super::ground::{Channel, Ground, now};
use super::person::{Doubt, FINAL};
use super::report::Report;
use super::storm::Dealt;

/// The window that every post of a run lies in.
const WINDOW: Duration = Duration::from_hours(24);

/// Reads both books and compares.
pub(super) async fn run(ground: &Ground, told: Told, dealt: Dealt, doubts: Vec<Doubt>) -> Result<Report> {
    let rows = ground.publications().await?;
    let journal = ground.journal().await?;
    let shown = shown(ground).await?;
    let mut report = compare(&ground.channels, &rows, &journal, &told);
    for row in &rows {
        if let Some(complaint) = same_story(row, shown.get(&row.id.to_string())) {
            report.strange(complaint);
        }
    }
    for doubt in doubts {
        report.doubt(&doubt);
    }
    report.dealt = dealt;
    report.answers = told.answers;
    report.given_up = told.given_up;
    Ok(report)
}

/// What the product shows about each publication, by its id.
async fn shown(ground: &Ground) -> Result<BTreeMap<String, Value>> {
    let (from, to) = (now().minus(WINDOW), now().plus(WINDOW));
    let window = format!(
        "/posts?startDate={}&endDate={}",
        from.to_rfc3339(),
        to.to_rfc3339()
    );
    let list = ground.rest.get(&window).await?.expect(200)?;
    let posts = list["posts"].as_array().context("no list of posts")?;
    let by_id = posts
        .iter()
        .map(|post| (post["id"].as_str().unwrap_or_default().to_owned(), post.clone()));
    Ok(by_id.collect())
}

/// Whether the REST API tells the same as the database; what differs where it does not.
fn same_story(row: &Row, shown: Option<&Value>) -> Option<String> {
    let Some(shown) = shown else {
        return Some(format!("{} is in the database and not in the list", row.id));
    };
    let is_out = row.state == "published";
    let agrees = (shown["state"] == "PUBLISHED") == is_out && (!is_out || shown["releaseURL"].is_string());
    (!agrees).then(|| format!("{} is {} and shown as {}", row.id, row.state, shown["state"]))
}

/// Judges every publication and everything that is out.
fn compare(channels: &[Channel], rows: &[Row], journal: &Journal, told: &Told) -> Report {
    let mut report = Report::default();
    let mut expected = BTreeSet::new();
    for row in rows {
        report.publication(channels[row.channel].platform, &row.state);
        judge(&mut report, channels, row, journal);
        expected.extend((1..=row.entries).map(|entry| (row.channel, row.mark, entry)));
    }
    report.posts = rows.iter().map(|row| row.mark).collect::<BTreeSet<_>>().len();
    for place in journal.copies.keys().filter(|place| !expected.contains(place)) {
        report.strange(format!("{place:?} is out and was never asked for"));
    }
    for foreign in &journal.foreign {
        report.strange(format!("no text of this run: {foreign}"));
    }
    let known: BTreeSet<String> = rows.iter().map(|row| row.id.to_string()).collect();
    for (mark, ids) in &told.taken {
        for id in ids.iter().filter(|id| !known.contains(*id)) {
            report
                .lost
                .push(format!("{id}: {mark:?} was taken and is not in the database"));
        }
    }
    let stored: BTreeSet<_> = rows.iter().map(|row| row.mark).collect();
    for (mark, words) in &told.refused {
        report.strange(format!("{mark:?} was refused: {words}"));
        if stored.contains(mark) {
            report.strange(format!("{mark:?} was refused and stored"));
        }
    }
    report
}

/// Judges one publication against the copies of its entries.
fn judge(report: &mut Report, channels: &[Channel], row: &Row, journal: &Journal) {
    let channel = &channels[row.channel];
    let name = format!(
        "{} on {}/{}, call {} attempt {}, {}",
        row.id, channel.platform, channel.account, row.mark.call, row.mark.attempt, row.state
    );
    if !FINAL.contains(&row.state.as_str()) {
        report.unsettled.push(name.clone());
    } else if row.state != "published" {
        report.lost.push(format!("{name}: will not go out"));
    }
    let mut before: Option<&Copy> = None;
    for entry in 1..=row.entries {
        let copies = journal.copies.get(&(row.channel, row.mark, entry));
        let copies = copies.map(Vec::as_slice).unwrap_or_default();
        if copies.len() > 1 {
            report
                .doubled
                .push(format!("{name}: entry {entry} is out {} times", copies.len()));
        }
        let first = copies.first();
        if first.is_none() && row.state == "published" {
            report.lost.push(format!("{name}: entry {entry} is not out"));
        }
        if let Some(copy) = first {
            check_copy(report, &name, row, entry, copy, before);
        }
        before = first;
    }
    if let Some(first) = journal
        .copies
        .get(&(row.channel, row.mark, 1))
        .and_then(|copies| copies.first())
    {
        report.lateness.push(first.at.since(row.publish_at));
        if first.at < row.publish_at.minus(Duration::from_millis(1)) {
            report.strange(format!("{name}: out before its time"));
        }
    }
}

/// Whether the product knows what is out by its right name, and whether it answers the entry before it.
fn check_copy(report: &mut Report, name: &str, row: &Row, entry: u32, copy: &Copy, before: Option<&Copy>) {
    let known = usize::try_from(entry - 1)
        .ok()
        .and_then(|index| row.releases.get(index));
    // What a person said is known by its address alone.
    if let Some(known) = known.filter(|known| **known != copy.id && *known != "missing") {
        report.strange(format!(
            "{name}: entry {entry} is {} and known as {known}",
            copy.id
        ));
    }
    let is_linkedin = copy.id.starts_with("urn:li:");
    if let (Some(before), Some(answers), false) = (before, &copy.answers, is_linkedin)
        && *answers != before.id
    {
        report.strange(format!(
            "{name}: entry {entry} answers {answers} instead of {}",
            before.id
        ));
    }
}

#[cfg(test)]
mod tests {
    use postern_domain::Timestamp;
    use postern_domain::id::PublicationId;

    use super::super::books::Mark;
    use super::*;

    const MARK: Mark = Mark { call: 1, attempt: 1 };

    fn channels() -> Vec<Channel> {
        vec![Channel {
            id: "one".to_owned(),
            platform: "x",
            account: "ada",
        }]
    }

    fn row(state: &str) -> Row {
        Row {
            id: PublicationId::from_bits(7),
            channel: 0,
            mark: MARK,
            state: state.to_owned(),
            entry: 2,
            entries: 2,
            is_due: false,
            is_leased: false,
            publish_at: Timestamp::from_secs(100),
            releases: vec!["a".to_owned(), "b".to_owned()],
        }
    }

    fn copy(id: &str, answers: Option<&str>) -> Copy {
        Copy {
            id: id.to_owned(),
            url: format!("http://x/{id}"),
            at: Timestamp::from_secs(101),
            answers: answers.map(str::to_owned),
        }
    }

    fn journal(first: Vec<Copy>, second: Vec<Copy>) -> Journal {
        let mut journal = Journal::default();
        journal.copies.insert((0, MARK, 1), first);
        journal.copies.insert((0, MARK, 2), second);
        journal.copies.retain(|_, copies| !copies.is_empty());
        journal
    }

    /// How many are lost, doubled, unsettled and strange.
    #[track_caller]
    fn check(row: Row, journal: &Journal, want: (usize, usize, usize, usize)) {
        let report = compare(&channels(), &[row], journal, &Told::default());
        let found = (
            report.lost.len(),
            report.doubled.len(),
            report.unsettled.len(),
            report.strange.len(),
        );
        assert_eq!(found, want, "{report:#?}");
    }

    #[test]
    fn each_sort_of_harm_is_told_apart() {
        let (a, b) = (copy("a", None), copy("b", Some("a")));
        let whole = journal(vec![a.clone()], vec![b.clone()]);
        check(row("published"), &whole, (0, 0, 0, 0));
        check(row("published"), &journal(vec![a.clone()], vec![]), (1, 0, 0, 0));
        check(row("failed"), &journal(vec![], vec![]), (1, 0, 0, 0));
        check(row("armed"), &whole, (0, 0, 1, 0));
        let twice = journal(vec![a.clone(), copy("c", None)], vec![b.clone()]);
        check(row("published"), &twice, (0, 1, 0, 0));
        let elsewhere = journal(vec![a.clone()], vec![copy("b", Some("z"))]);
        check(row("published"), &elsewhere, (0, 0, 0, 1));
        let other = journal(vec![copy("q", None)], vec![copy("b", Some("q"))]);
        check(row("published"), &other, (0, 0, 0, 1));
    }

    #[test]
    fn what_was_taken_and_is_gone_is_lost_and_what_nobody_asked_for_is_strange() {
        let told = Told {
            taken: vec![(MARK, vec!["pub_gone".to_owned()])],
            ..Told::default()
        };
        let journal = journal(vec![copy("a", None)], vec![]);
        let report = compare(&channels(), &[], &journal, &told);
        assert_eq!((report.lost.len(), report.strange.len()), (1, 1), "{report:#?}");
    }

    #[test]
    fn the_list_has_to_tell_what_the_database_says() {
        let shown = |state: &str, url: Option<&str>| serde_json::json!({ "state": state, "releaseURL": url });
        let row = row("published");
        assert_eq!(
            same_story(&row, Some(&shown("PUBLISHED", Some("http://x/a")))),
            None
        );
        assert!(same_story(&row, Some(&shown("PUBLISHED", None))).is_some());
        assert!(same_story(&row, Some(&shown("QUEUE", None))).is_some());
        assert!(same_story(&row, None).is_some());
    }
}
