//! What a run found, as a table.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::Options;
use super::callers::TO_RECONNECT;
use super::figures::percentile;
use super::person::Doubt;
use super::schedule::Door;
use super::storm::Dealt;

/// How many lines of each sort of harm are shown.
const SHOWN: usize = 20;

/// What a run found.
#[derive(Debug, Default)]
pub struct Report {
    seed: u64,
    is_rolling: bool,
    pub(super) posts: usize,
    /// Publications by platform and state.
    publications: BTreeMap<(&'static str, String), u32>,
    pub(super) lost: Vec<String>,
    pub(super) doubled: Vec<String>,
    pub(super) unsettled: Vec<String>,
    pub(super) strange: Vec<String>,
    /// Doubts that a person answered, by platform: how many, and how many of them were there.
    doubts: BTreeMap<&'static str, (u32, u32)>,
    pub(super) lateness: Vec<Duration>,
    pub(super) dealt: Dealt,
    pub(super) answers: BTreeMap<(Door, String), u32>,
    pub(super) given_up: u32,
}

impl Report {
    /// Whether every post that was taken is out once or where it was asked to be. What people were asked without need,
    /// and what callers saw, is for [`Report::is_clean`].
    pub fn is_safe(&self) -> bool {
        self.lost.is_empty() && self.doubled.is_empty() && self.unsettled.is_empty()
    }

    /// Whether nothing was lost, doubled, left open or strange, and all who called were served.
    pub fn is_clean(&self) -> bool {
        self.lost.is_empty()
            && self.doubled.is_empty()
            && self.unsettled.is_empty()
            && self.strange.is_empty()
            && self.given_up == 0
            && self.errors().is_empty()
    }

    /// How many posts were written.
    pub fn posts(&self) -> usize {
        self.posts
    }

    /// How often something was done to the product, by a word that `dealt` begins with.
    pub fn dealt(&self, word: &str) -> u32 {
        let named = self.dealt.iter().filter(|(name, _)| name.starts_with(word));
        named.map(|(_, count)| count).sum()
    }

    pub(super) fn options(&mut self, options: &Options) {
        self.seed = options.seed;
        self.is_rolling = options.rolling;
    }

    pub(super) fn publication(&mut self, platform: &'static str, state: &str) {
        *self.publications.entry((platform, state.to_owned())).or_default() += 1;
    }

    pub(super) fn strange(&mut self, what: String) {
        self.strange.push(what);
    }

    pub(super) fn doubt(&mut self, doubt: &Doubt) {
        let (all, there) = self.doubts.entry(doubt.platform).or_default();
        *all += 1;
        *there += u32::from(doubt.is_there);
        self.strange.extend(doubt.complaint.clone());
    }

    /// Answers that a caller should never have seen.
    ///
    /// While servers are down a call is refused as something that passes, and says when to come again. While programs
    /// are only restarted in turn there is no reason for that either.
    fn errors(&self) -> Vec<String> {
        let seen = self.answers.iter().filter(|((door, word), _)| {
            let is_served = match door {
                Door::Rest => word == "201",
                Door::Mcp => word == "200",
            };
            let passes = word.ends_with("with Retry-After") || word.ends_with("may be repeated");
            let is_the_owners = word.ends_with(TO_RECONNECT);
            !(is_served || is_the_owners || word == "no answer" || passes && !self.is_rolling)
        });
        seen.map(|((door, word), count)| format!("{door:?}: {word}, {count} times"))
            .collect()
    }

    fn harm(&self) -> [(&'static str, &[String]); 4] {
        [
            ("lost", &self.lost),
            ("doubled", &self.doubled),
            ("not settled", &self.unsettled),
            ("strange", &self.strange),
        ]
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | count |\n|---|---|")?;
        writeln!(f, "| seed | {} |", self.seed)?;
        writeln!(f, "| posts | {} |", self.posts)?;
        for ((platform, state), count) in &self.publications {
            writeln!(f, "| publications on {platform}, {state} | {count} |")?;
        }
        for (name, lines) in self.harm() {
            writeln!(f, "| **{name}** | **{}** |", lines.len())?;
        }
        for (platform, (all, there)) in &self.doubts {
            writeln!(
                f,
                "| unconfirmed on {platform}, answered by a person | {all}, {there} of them there |"
            )?;
        }
        for percent in [50, 99] {
            if let Some(lateness) = percentile(&self.lateness, percent) {
                writeln!(f, "| lateness, p{percent} | {:.2} s |", lateness.as_secs_f64())?;
            }
        }
        for (what, count) in &self.dealt {
            writeln!(f, "| {what} | {count} |")?;
        }
        for ((door, word), count) in &self.answers {
            writeln!(f, "| {door:?} answered: {word} | {count} |")?;
        }
        writeln!(f, "| callers who gave up | {} |", self.given_up)?;
        for (name, lines) in self.harm() {
            for line in lines.iter().take(SHOWN) {
                writeln!(f, "{name}: {line}")?;
            }
        }
        for line in self.errors() {
            writeln!(f, "an answer that nobody should see: {line}")?;
        }
        let verdict = if self.is_clean() {
            "nothing was lost, nothing was doubled"
        } else {
            "harm was done"
        };
        write!(f, "{verdict}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_harm_spoils_the_report_and_is_named() {
        assert!(Report::default().is_clean());
        let spoilt: [fn(&mut Report); 5] = [
            |report| report.lost.push("harm".to_owned()),
            |report| report.doubled.push("harm".to_owned()),
            |report| report.unsettled.push("harm".to_owned()),
            |report| report.strange("harm".to_owned()),
            |report| report.answers.extend([((Door::Rest, "500 harm".to_owned()), 1)]),
        ];
        for spoil in spoilt {
            let mut report = Report::default();
            spoil(&mut report);
            assert!(!report.is_clean());
            let text = report.to_string();
            assert!(text.contains("harm") && text.ends_with("harm was done"), "{text}");
        }
    }

    #[test]
    fn a_call_may_be_put_off_in_a_storm_and_not_by_a_restart_in_turn() {
        let mut report = Report::default();
        let lost_access = format!("422{TO_RECONNECT}");
        for word in ["503 with Retry-After", "no answer", &lost_access] {
            report.answers.insert((Door::Rest, word.to_owned()), 3);
        }
        assert!(report.is_clean());
        report.is_rolling = true;
        assert_eq!(report.errors(), ["Rest: 503 with Retry-After, 3 times"]);
    }
}
