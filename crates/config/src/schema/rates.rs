//! Rates of a platform, as an operator writes them down.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Rates that replace those of a provider; none at all where there is no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rates(pub Vec<PlatformRate>);

/// One rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlatformRate {
    /// Whose budget it is.
    pub whose: Whose,
    /// How many publications.
    pub count: u32,
    /// In which time.
    pub window: Duration,
}

/// Whose budget a rate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Of the app, over all channels.
    App,
    /// Of each channel.
    Channel,
}

/// A text is not a list of rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no list of rates")]
pub struct NotRates;

/// The word for "no limit".
const NONE: &str = "none";

/// The longest window.
const LONGEST: Duration = Duration::from_hours(24 * 366);

/// Units of a window, with the seconds in each.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)];

impl FromStr for Rates {
    type Err = NotRates;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == NONE {
            return Ok(Self(Vec::new()));
        }
        let items = text.split([',', ' ']).filter(|item| !item.is_empty());
        let rates: Vec<PlatformRate> = items.map(str::parse).collect::<Result<_, _>>()?;
        if rates.is_empty() {
            Err(NotRates)
        } else {
            Ok(Self(rates))
        }
    }
}

impl FromStr for PlatformRate {
    type Err = NotRates;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (whose, rate) = text.split_once(':').ok_or(NotRates)?;
        let (count, window) = rate.split_once('/').ok_or(NotRates)?;
        let count = count.parse().ok().filter(|count| *count > 0).ok_or(NotRates)?;
        Ok(Self {
            whose: match whose {
                "app" => Whose::App,
                "channel" => Whose::Channel,
                _ => return Err(NotRates),
            },
            count,
            window: window_of(window).ok_or(NotRates)?,
        })
    }
}

fn window_of(text: &str) -> Option<Duration> {
    let (unit, secs) = UNITS.into_iter().find(|(unit, _)| text.ends_with(*unit))?;
    let count: u64 = text.strip_suffix(unit)?.parse().ok()?;
    let window = Duration::from_secs(count.checked_mul(secs)?);
    Some(window).filter(|window| !window.is_zero() && *window <= LONGEST)
}

impl fmt::Display for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str(NONE);
        }
        for (index, rate) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{rate}")?;
        }
        Ok(())
    }
}

impl fmt::Display for PlatformRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whose = match self.whose {
            Whose::App => "app",
            Whose::Channel => "channel",
        };
        let all = self.window.as_secs();
        let (unit, secs) = UNITS
            .into_iter()
            .find(|(_, secs)| all.is_multiple_of(*secs))
            .unwrap_or(('s', 1));
        write!(f, "{whose}:{}/{}{unit}", self.count, all / secs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_read_back_as_they_print() {
        for (text, printed) in [
            ("none", "none"),
            ("channel:17/24h", "channel:17/1d"),
            ("app:1667/30d, channel:100/15m", "app:1667/30d,channel:100/15m"),
            ("channel:5/90s", "channel:5/90s"),
        ] {
            let rates: Rates = text.parse().unwrap();
            assert_eq!(rates.to_string(), printed);
            assert_eq!(printed.parse(), Ok(rates));
        }
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in [
            "",
            " , ",
            "17/24h",
            "channel:0/1h",
            "channel:1/0h",
            "channel:1/1y",
            "channel:1/9999d",
            "person:1/1h",
            "channel:1/h",
            "none,app:1/1h",
        ] {
            assert_eq!(text.parse::<Rates>(), Err(NotRates), "{text}");
        }
    }
}
