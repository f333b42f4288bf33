//! One range of bytes, as RFC 9110 section 14 has it.

/// What part of a file is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it: no range, or one that is not understood.
    Whole,
    /// `length` bytes from `from`; neither is beyond the end.
    Range {
        /// The first byte.
        from: u64,
        /// How many bytes.
        length: u64,
    },
    /// A range that lies beyond the end.
    Beyond,
}

/// Reads a `Range` header for a file of `size` bytes. Several ranges at once are answered with the whole file.
pub(super) fn part(header: Option<&str>, size: u64) -> Part {
    let Some((first, last)) = header.and_then(|header| {
        let ranges = header.trim().strip_prefix("bytes=")?;
        ranges.split_once('-').filter(|_| !ranges.contains(','))
    }) else {
        return Part::Whole;
    };
    match (number(first), number(last)) {
        (Bound::At(from), Bound::At(to)) if to < from => Part::Whole,
        (Bound::At(from), Bound::At(_) | Bound::Open) if from >= size => Part::Beyond,
        (Bound::At(from), Bound::At(to)) => Part::Range {
            from,
            length: to.min(size - 1) - from + 1,
        },
        (Bound::At(from), Bound::Open) => Part::Range {
            from,
            length: size - from,
        },
        (Bound::Open, Bound::At(0)) => Part::Beyond,
        (Bound::Open, Bound::At(_)) if size == 0 => Part::Beyond,
        (Bound::Open, Bound::At(last)) => Part::Range {
            from: size.saturating_sub(last),
            length: last.min(size),
        },
        (Bound::Open, Bound::Open) | (Bound::Nonsense, _) | (_, Bound::Nonsense) => Part::Whole,
    }
}

/// One end of a range.
enum Bound {
    At(u64),
    Open,
    Nonsense,
}

fn number(text: &str) -> Bound {
    let text = text.trim();
    if text.is_empty() {
        return Bound::Open;
    }
    let digits = Some(text).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    digits
        .and_then(|text| text.parse().ok())
        .map_or(Bound::Nonsense, Bound::At)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_never_reach_beyond_the_end() {
        let range = |from, length| Part::Range { from, length };
        for (header, size, want) in [
            (None, 10, Part::Whole),
            (Some("bytes=0-3"), 10, range(0, 4)),
            (Some("bytes=4-"), 10, range(4, 6)),
            (Some("bytes=9-99"), 10, range(9, 1)),
            (Some("bytes=-3"), 10, range(7, 3)),
            (Some("bytes=-30"), 10, range(0, 10)),
            (Some("bytes=10-"), 10, Part::Beyond),
            (Some("bytes=-0"), 10, Part::Beyond),
            (Some("bytes=0-"), 0, Part::Beyond),
            (Some("bytes=-5"), 0, Part::Beyond),
            (Some("bytes=5-3"), 10, Part::Whole),
            (Some("bytes=0-1,3-4"), 10, Part::Whole),
            (Some("bytes=-"), 10, Part::Whole),
            (Some("bytes=a-b"), 10, Part::Whole),
            (Some("lines=0-3"), 10, Part::Whole),
            (Some("bytes=+1-3"), 10, Part::Whole),
            (Some("bytes=99999999999999999999-"), 10, Part::Whole),
        ] {
            assert_eq!(part(header, size), want, "{header:?} of {size}");
        }
    }
}
