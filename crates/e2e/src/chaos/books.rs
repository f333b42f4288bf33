//! The two books that have to agree: what the database says, and what the platforms hold.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use postern_domain::Timestamp;
use postern_domain::id::PublicationId;
use serde_json::Value;

use super::ground::Ground;

/// By which a text is recognised, wherever it turns up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    pub(super) call: u32,
    pub(super) attempt: u32,
}

impl Mark {
    /// The text of an entry.
    pub(super) fn text(self, entry: u32, entries: u32, door: &str) -> String {
        let Self { call, attempt } = self;
        format!(
            "A post of a chaotic day, call {call} attempt {attempt} entry {entry} of {entries} over {door}"
        )
    }

    /// The mark and the number of the entry in a text.
    pub(super) fn read(text: &str) -> Option<(Self, u32)> {
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        let after = |name: &str| {
            let at = words.iter().position(|word| *word == name)?;
            words.get(at + 1)?.parse().ok()
        };
        let mark = Self {
            call: after("call")?,
            attempt: after("attempt")?,
        };
        Some((mark, after("entry")?))
    }
}

/// What the database says about one publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) id: PublicationId,
    pub(super) channel: usize,
    pub(super) mark: Mark,
    pub(super) state: String,
    /// The first entry that is not out, from 0.
    pub(super) entry: u32,
    pub(super) entries: u32,
    /// Whether the product goes on by itself at some time.
    pub(super) is_due: bool,
    /// Whether somebody is at work on it.
    pub(super) is_leased: bool,
    pub(super) publish_at: Timestamp,
    /// The platform's ids of what is out, in the order of entries.
    pub(super) releases: Vec<String>,
}

/// What a platform holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Copy {
    pub(super) id: String,
    pub(super) url: String,
    pub(super) at: Timestamp,
    pub(super) answers: Option<String>,
}

/// One entry on one channel.
pub(super) type Place = (usize, Mark, u32);

/// Everything that the platforms hold, by what it is a copy of.
#[derive(Debug, Default)]
pub(super) struct Journal {
    pub(super) copies: BTreeMap<Place, Vec<Copy>>,
    /// What is no text of this run.
    pub(super) foreign: Vec<String>,
}

const PUBLICATIONS: &str = "select p.id, p.channel_id, p.state, p.entry, p.entries, p.due_at is not null as is_due, p.lease_until is not null as is_leased, \
    (extract(epoch from p.publish_at) * 1000000)::bigint as publish_at, \
    (select e.content from entry e where e.post_id = p.post_id and e.position = 0 order by e.version limit 1) as content, \
    (select coalesce(json_agg(r.remote_id order by r.entry), '[]') from release r where r.publication_id = p.id) as releases \
    from publication p order by p.id";

impl Ground {
    /// All publications, as the database has them.
    pub(super) async fn publications(&self) -> Result<Vec<Row>> {
        let channels = self.channel_rows().await?;
        let rows = self.rows(PUBLICATIONS).await?;
        rows.iter()
            .map(|row| read(row, &channels).with_context(|| format!("not understood: {row}")))
            .collect()
    }

    /// What was tried for a publication, in order.
    pub(super) async fn story(&self, id: PublicationId) -> Result<String> {
        let query = format!(
            "select number, entry, operation, outcome, failure->>'code' as code, status, ended_at \
             from attempt where publication_id = '{:032x}' order by number",
            id.to_bits()
        );
        let rows = self.rows(&query).await?;
        let word = |row: &Value, name: &str| row[name].as_str().unwrap_or("-").to_owned();
        let told = rows.iter().map(|row| {
            format!(
                "{}: entry {} {} {} {} {} at {}",
                row["number"],
                row["entry"],
                word(row, "operation"),
                word(row, "outcome"),
                word(row, "code"),
                row["status"],
                word(row, "ended_at"),
            )
        });
        Ok(told.collect::<Vec<_>>().join("; "))
    }

    /// Everything that the platforms hold.
    pub(super) async fn journal(&self) -> Result<Journal> {
        let mut journal = Journal::default();
        for entry in self.sim.journal().await? {
            match self.place(&entry) {
                Some((place, copy)) => journal.copies.entry(place).or_default().push(copy),
                None => journal.foreign.push(entry.to_string()),
            }
        }
        Ok(journal)
    }

    fn place(&self, entry: &Value) -> Option<(Place, Copy)> {
        let text = |name: &str| entry[name].as_str();
        let account = text("account")?.trim_start_matches('@').split('.').next()?;
        let platform = text("platform")?;
        let channel = self
            .channels
            .iter()
            .position(|it| it.platform == platform && it.account == account)?;
        let (mark, entry) = Mark::read(text("text")?)?;
        let copy = Copy {
            id: text("id")?.to_owned(),
            url: text("url")?.to_owned(),
            at: Timestamp::parse(text("at")?).ok()?,
            answers: text("in_reply_to").map(str::to_owned),
        };
        Some(((channel, mark, entry), copy))
    }

    /// Indexes of the channels that lost their access.
    pub(super) async fn disconnected(&self) -> Result<Vec<usize>> {
        let channels = self.channel_rows().await?;
        let lost = self
            .rows("select id from channel where reconnect_since is not null")
            .await?;
        Ok(lost
            .iter()
            .filter_map(|row| channels.get(row["id"].as_str()?).copied())
            .collect())
    }

    /// Indexes of channels by their ids in the database.
    async fn channel_rows(&self) -> Result<BTreeMap<String, usize>> {
        let of = |index: usize| {
            let id: postern_domain::id::ChannelId = self.channels[index].id.parse().ok()?;
            Some((id.to_bits(), index))
        };
        let known: BTreeMap<u128, usize> = (0..self.channels.len()).filter_map(of).collect();
        let rows = self.rows("select id from channel").await?;
        Ok(rows
            .iter()
            .filter_map(|row| {
                let id = row["id"].as_str()?;
                Some((id.to_owned(), *known.get(&bits(id)?)?))
            })
            .collect())
    }
}

fn read(row: &Value, channels: &BTreeMap<String, usize>) -> Option<Row> {
    let number = |name: &str| row[name].as_u64().and_then(|value| u32::try_from(value).ok());
    Some(Row {
        id: PublicationId::from_bits(bits(row["id"].as_str()?)?),
        channel: *channels.get(row["channel_id"].as_str()?)?,
        mark: Mark::read(row["content"].as_str()?)?.0,
        state: row["state"].as_str()?.to_owned(),
        entry: number("entry")?,
        entries: number("entries")?,
        is_due: row["is_due"].as_bool()?,
        is_leased: row["is_leased"].as_bool()?,
        publish_at: Timestamp::from_micros(row["publish_at"].as_i64()?),
        releases: row["releases"]
            .as_array()?
            .iter()
            .filter_map(|id| id.as_str().map(str::to_owned))
            .collect(),
    })
}

/// The number of an id as PostgreSQL prints it.
fn bits(uuid: &str) -> Option<u128> {
    u128::from_str_radix(&uuid.replace('-', ""), 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_back_out_of_its_text_however_it_is_dressed() {
        let mark = Mark { call: 12, attempt: 3 };
        let text = mark.text(2, 3, "mcp");
        for dressed in [text.clone(), format!("<p>{text}</p>"), format!("[[\"{text}\"]]")] {
            assert_eq!(Mark::read(&dressed), Some((mark, 2)), "{dressed}");
        }
        assert_eq!(Mark::read("a post of somebody else"), None);
    }
}
