//! The part of the composer that lets a post return: the rule editor, and the dates it comes to.

mod fields;

use std::collections::BTreeSet;

use askama::Template;
use askama::filters::HtmlSafe;
use postern_domain::Problem;
use postern_domain::id::RecurrenceId;
use postern_domain::recurrence::{End, Frequency, LONGEST_EVERY, MOST_COUNT, Pattern, Rule, RuleDraft};
use postern_domain::time::{LocalDate, parse_local_date};

use self::fields::{day_field, end_field, every_label, nth_field, or, pattern_field, weekday_field};
use crate::form::Form;
use crate::member::Member;
use crate::pages::compose::form::ComposeForm;
use crate::views::{Field, Input, Problems, When};
use crate::words;

/// Dates that the editor shows ahead.
const SHOWN: usize = 6;

/// What was chosen in the rule editor; time, zone and first date are those of the post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Repeat {
    /// Whether the editor was in the form at all.
    pub(crate) asked: bool,
    /// `daily`, `weekly`, `monthly`, `weekday` or `yearly`; empty for a post that does not return.
    pattern: String,
    every: String,
    weekdays: BTreeSet<u8>,
    day: String,
    nth: String,
    weekday: String,
    end: String,
    until: String,
    count: String,
}

/// The recurrence that a post in the composer belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Belongs {
    /// Which one.
    pub(crate) recurrence: RecurrenceId,
    /// The version of it that was read.
    pub(crate) version: u64,
    /// The date that the post stands for.
    pub(crate) date: LocalDate,
    /// Which posts shall be changed.
    pub(crate) reach: Chosen,
}

/// Which posts of a recurrence shall be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// Only the one at hand.
    This,
    /// This one and all after it.
    Following,
    /// All that are not out.
    All,
}

impl Chosen {
    fn parse(text: &str) -> Self {
        match text {
            "following" => Self::Following,
            "all" => Self::All,
            _ => Self::This,
        }
    }
}

impl Belongs {
    /// Reads the hidden fields and the choice.
    pub(crate) fn parse(form: &Form) -> Option<Self> {
        Some(Self {
            recurrence: form.text("series").parse().ok()?,
            version: form.text("series.version").parse().ok()?,
            date: parse_local_date(form.text("series.date")).ok()?,
            reach: Chosen::parse(form.text("reach")),
        })
    }
}

impl Repeat {
    /// Reads the editor.
    pub(crate) fn parse(form: &Form) -> Self {
        let text = |name: &str| form.text(name).trim().to_owned();
        Self {
            asked: form.get("r.pattern").is_some(),
            pattern: text("r.pattern"),
            every: text("r.every"),
            weekdays: form
                .all("r.weekdays")
                .filter_map(|day| day.parse().ok())
                .collect(),
            day: text("r.day"),
            nth: text("r.nth"),
            weekday: text("r.weekday"),
            end: text("r.end"),
            until: text("r.until"),
            count: text("r.count"),
        }
    }

    /// The editor that would have made this rule.
    pub(crate) fn of(rule: &Rule) -> Self {
        let draft = RuleDraft::from(rule);
        let (end, until, count) = match rule.end() {
            End::Never => ("", String::new(), String::new()),
            End::Until(last) => ("until", last.to_string(), String::new()),
            End::Count(count) => ("count", String::new(), count.to_string()),
        };
        let repeat = Self {
            asked: true,
            every: draft.every.to_string(),
            end: end.to_owned(),
            until,
            count,
            ..Self::default()
        };
        let number = |number: Option<i8>| number.map(|number| number.to_string()).unwrap_or_default();
        match rule.pattern() {
            Pattern::Daily => repeat.with("daily"),
            Pattern::Weekly(days) => Self {
                weekdays: days.clone(),
                ..repeat.with("weekly")
            },
            Pattern::MonthlyOnDay(_) => Self {
                day: number(draft.day),
                ..repeat.with("monthly")
            },
            Pattern::MonthlyOnWeekday { weekday, .. } => Self {
                nth: number(draft.nth),
                weekday: weekday.to_string(),
                ..repeat.with("weekday")
            },
            Pattern::Yearly { .. } => repeat.with("yearly"),
        }
    }

    fn with(self, pattern: &str) -> Self {
        Self {
            pattern: pattern.to_owned(),
            ..self
        }
    }

    /// Whether the post shall return.
    pub(crate) fn is_on(&self) -> bool {
        !self.pattern.is_empty()
    }

    /// The rule that was chosen, with the post's date, time and zone.
    ///
    /// Errors: all that is wrong with it; none when the post shall not return.
    pub(crate) fn rule(&self, form: &ComposeForm) -> Result<Option<Rule>, Vec<Problem>> {
        if !self.is_on() {
            return Ok(None);
        }
        self.draft(form).check().map(Some)
    }

    fn draft(&self, form: &ComposeForm) -> RuleDraft {
        let is_weekday = self.pattern == "weekday";
        RuleDraft {
            frequency: match self.pattern.as_str() {
                "weekly" => Frequency::Weekly,
                "monthly" | "weekday" => Frequency::Monthly,
                "yearly" => Frequency::Yearly,
                _ => Frequency::Daily,
            },
            every: if self.every.is_empty() {
                1
            } else {
                self.every.parse().unwrap_or(0)
            },
            weekdays: match self.pattern.as_str() {
                "weekly" => self.weekdays.iter().copied().collect(),
                "weekday" => self.weekday.parse().into_iter().collect(),
                _ => Vec::new(),
            },
            day: self.day.parse().ok().filter(|_| self.pattern == "monthly"),
            nth: is_weekday.then(|| self.nth.parse().unwrap_or(1)),
            time: form.time.clone(),
            zone: form.zone.clone(),
            starts_on: form.date.clone(),
            until: Some(self.until.clone()).filter(|_| self.end == "until"),
            count: (self.end == "count").then(|| self.count.parse().unwrap_or(0)),
            ..RuleDraft::default()
        }
    }

    /// The rule of a recurrence that is changed; none where nothing of it changes. The dates that were left out stay
    /// left out, and a date of the old rule keeps its rhythm.
    pub(crate) fn changed(&self, form: &ComposeForm, stored: &Rule) -> Result<Option<Rule>, Vec<Problem>> {
        let mut draft = self.draft(form);
        let kept = RuleDraft::from(stored);
        let is_on_old_date = parse_local_date(&draft.starts_on).is_ok_and(|date| stored.falls_on(date));
        if is_on_old_date {
            draft.starts_on = kept.starts_on;
            if stored.interval_days().is_none() && self.pattern == "yearly" {
                draft.month = kept.month;
                draft.day = kept.day;
            }
        }
        draft.skips = kept.skips;
        let rule = draft.check()?;
        Ok(Some(rule).filter(|rule| rule != stored))
    }
}

/// The rule editor.
#[derive(Template)]
#[template(path = "parts/returns.html")]
pub(crate) struct Returns {
    belongs: Option<Belongs>,
    reaches: Vec<ReachChoice>,
    pattern: Field,
    /// Whether the post returns.
    pub(crate) on: bool,
    every: Field,
    weekdays: Vec<Day>,
    day: Option<Field>,
    nth: Option<(Field, Field)>,
    end: Field,
    until: Option<Field>,
    count: Option<Field>,
    words: String,
    dates: Vec<When>,
    wrong: Vec<Problem>,
}

impl HtmlSafe for Returns {}

struct ReachChoice {
    value: &'static str,
    text: &'static str,
    checked: bool,
}

struct Day {
    number: u8,
    name: &'static str,
    short: &'static str,
    checked: bool,
}

const DAYS: [(&str, &str); 7] = [
    ("Monday", "Mo"),
    ("Tuesday", "Tu"),
    ("Wednesday", "We"),
    ("Thursday", "Th"),
    ("Friday", "Fr"),
    ("Saturday", "Sa"),
    ("Sunday", "Su"),
];

impl Returns {
    /// The editor as the form stands, with the next dates or with what is wrong.
    pub(crate) fn new(member: &Member, form: &ComposeForm, problems: &mut Problems) -> Self {
        let repeat = &form.repeat;
        let pattern = repeat.pattern.as_str();
        let checked = repeat.rule(form);
        let (rule, wrong) = match checked {
            Ok(rule) => (rule, Vec::new()),
            Err(problems) => (None, problems),
        };
        let dates = rule.iter().flat_map(|rule| rule.preview(member.now, SHOWN));
        // What the check tells is told beside the dates; a refusal of the backend stands at the choice.
        let mut refused = problems.below("/recurrence");
        refused.items.retain(|problem| !wrong.contains(problem));
        Self {
            belongs: form.belongs,
            reaches: reaches(form.belongs),
            pattern: pattern_field(pattern).refused(refused),
            on: repeat.is_on(),
            every: Field::new("r.every", every_label(pattern), number(LONGEST_EVERY))
                .value(or(&repeat.every, "1")),
            weekdays: if pattern == "weekly" {
                days(&repeat.weekdays)
            } else {
                Vec::new()
            },
            day: (pattern == "monthly").then(|| day_field(&repeat.day)),
            nth: (pattern == "weekday").then(|| (nth_field(&repeat.nth), weekday_field(&repeat.weekday))),
            end: end_field(&repeat.end),
            until: (repeat.end == "until")
                .then(|| Field::line("r.until", "Last date", "date").value(repeat.until.clone())),
            count: (repeat.end == "count").then(|| {
                Field::new("r.count", "Number of posts", number(MOST_COUNT)).value(or(&repeat.count, "10"))
            }),
            words: rule
                .as_ref()
                .map(|rule| words::sentence(&rule.to_string()))
                .unwrap_or_default(),
            dates: dates.map(|date| member.when(date.at.instant)).collect(),
            wrong,
        }
    }

    /// Whether the rule can be changed: that of a single post is left alone.
    fn is_shown(&self) -> bool {
        self.belongs.is_none_or(|belongs| belongs.reach != Chosen::This)
    }
}

fn reaches(belongs: Option<Belongs>) -> Vec<ReachChoice> {
    let Some(belongs) = belongs else {
        return Vec::new();
    };
    let choice = |(value, text): (&'static str, &'static str)| ReachChoice {
        value,
        text,
        checked: belongs.reach == Chosen::parse(value),
    };
    let all = [
        ("this", "Only this post"),
        ("following", "This and all following"),
        ("all", "All that are not out yet"),
    ];
    all.into_iter().map(choice).collect()
}

fn number(max: u32) -> Input {
    Input::Number {
        min: 1,
        max: i64::from(max),
    }
}

fn days(chosen: &BTreeSet<u8>) -> Vec<Day> {
    let numbered = DAYS.into_iter().zip(1..);
    numbered
        .map(|((name, short), number)| Day {
            number,
            name,
            short,
            checked: chosen.contains(&number),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &str) -> ComposeForm {
        let when = "&date=2026-12-01&time=09:00&zone=Europe/Berlin";
        ComposeForm::parse(&Form::parse(format!("{fields}{when}").as_bytes()))
    }

    fn words(fields: &str) -> Result<Option<String>, Vec<String>> {
        let form = form(fields);
        let rule = form.repeat.rule(&form);
        rule.map(|rule| rule.map(|rule| rule.to_string()))
            .map_err(|problems| problems.into_iter().map(|it| it.field).collect())
    }

    #[test]
    fn what_is_chosen_is_the_rule() {
        for (fields, want) in [
            ("r.pattern=", None),
            (
                "r.pattern=daily&r.every=3",
                Some("every 3 days at 09:00 (Europe/Berlin)"),
            ),
            (
                "r.pattern=daily&r.every=",
                Some("every day at 09:00 (Europe/Berlin)"),
            ),
            (
                "r.pattern=weekly&r.every=2&r.weekdays=1&r.weekdays=5&r.day=31",
                Some("every 2 weeks on Monday and Friday at 09:00 (Europe/Berlin)"),
            ),
            (
                "r.pattern=weekly&r.every=1",
                Some("every week on Tuesday at 09:00 (Europe/Berlin)"),
            ),
            (
                "r.pattern=monthly&r.day=-1&r.end=count&r.count=6",
                Some("every month on the last day at 09:00 (Europe/Berlin), 6 times"),
            ),
            (
                "r.pattern=weekday&r.nth=-1&r.weekday=5&r.end=until&r.until=2027-06-30",
                Some("every month on the last Friday at 09:00 (Europe/Berlin), until 2027-06-30"),
            ),
            (
                "r.pattern=yearly",
                Some("every year on 1 December at 09:00 (Europe/Berlin)"),
            ),
        ] {
            assert_eq!(words(fields), Ok(want.map(str::to_owned)), "{fields}");
        }
        assert_eq!(
            words("r.pattern=daily&r.every=often&r.end=count&r.count="),
            Err(vec!["/recurrence/every".into(), "/recurrence/count".into()])
        );
    }

    #[test]
    fn a_stored_rule_comes_back_unchanged() {
        for fields in [
            "r.pattern=daily&r.every=3",
            "r.pattern=weekly&r.weekdays=2&r.weekdays=4&r.end=count&r.count=9",
            "r.pattern=monthly&r.day=-1",
            "r.pattern=weekday&r.nth=1&r.weekday=2&r.end=until&r.until=2027-06-30",
            "r.pattern=yearly",
        ] {
            let form = form(fields);
            let rule = form.repeat.rule(&form).unwrap().unwrap();
            let second = rule.occurrences().nth(1).unwrap();
            let again = ComposeForm {
                repeat: Repeat::of(&rule),
                date: second.date.to_string(),
                ..form
            };
            assert_eq!(again.repeat.changed(&again, &rule), Ok(None), "{fields}");
            let earlier = ComposeForm {
                time: "08:00".into(),
                ..again
            };
            let moved = earlier.repeat.changed(&earlier, &rule).unwrap().unwrap();
            assert_eq!(
                (moved.starts_on(), moved.end()),
                (rule.starts_on(), rule.end()),
                "{fields}"
            );
        }
    }
}
