//! Size and playing time of MP4 files.

use std::io::{Read, Seek, SeekFrom};
use std::time::Duration;

use mp4parse::{MediaContext, TrackType};

/// The largest box of facts that is read; an hour of video needs less than a megabyte.
const LARGEST_BOX: u64 = 32 * 1024 * 1024;

/// Boxes at the top of a file that are looked at, at most.
const MOST_BOXES: usize = 10_000;

/// What a film says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Movie {
    pub(super) pixels: Option<(u32, u32)>,
    pub(super) duration: Option<Duration>,
}

/// Reads the facts of a film, wherever in the file they are.
pub(super) fn read(file: impl Read + Seek) -> Option<Movie> {
    let facts = facts_alone(file)?;
    let context = mp4parse::read_mp4(&mut facts.as_slice()).ok()?;
    Some(Movie {
        pixels: pixels(&context),
        duration: duration(&context),
    })
}

/// The boxes `ftyp` and `moov` without the film itself, which may be a gigabyte and lie before them.
fn facts_alone(mut file: impl Read + Seek) -> Option<Vec<u8>> {
    let mut facts = Vec::new();
    let mut at = 0_u64;
    for _ in 0..MOST_BOXES {
        file.seek(SeekFrom::Start(at)).ok()?;
        let mut head = [0; 16];
        file.read_exact(&mut head[..8]).ok()?;
        let [a, b, c, d, name @ ..] = *head.first_chunk::<8>()?;
        let (head_bytes, size) = match u32::from_be_bytes([a, b, c, d]) {
            1 => {
                file.read_exact(&mut head[8..]).ok()?;
                (16, u64::from_be_bytes(*head.last_chunk::<8>()?))
            }
            size => (8, u64::from(size)),
        };
        if size < head_bytes {
            return None;
        }
        if matches!(&name, b"ftyp" | b"moov") {
            let rest = size - head_bytes;
            if size > LARGEST_BOX {
                return None;
            }
            facts.extend_from_slice(&head[..usize::try_from(head_bytes).ok()?]);
            let copied = std::io::copy(&mut (&mut file).take(rest), &mut facts).ok()?;
            if copied < rest {
                return None;
            }
        }
        if &name == b"moov" {
            return Some(facts);
        }
        at = at.checked_add(size)?;
    }
    None
}

/// The size of the first track that shows something, in whole pixels.
fn pixels(context: &MediaContext) -> Option<(u32, u32)> {
    let mut films = context
        .tracks
        .iter()
        .filter(|track| track.track_type == TrackType::Video);
    films.find_map(|track| {
        let head = track.tkhd.as_ref()?;
        // Both are fixed-point numbers with sixteen binary places.
        let (width, height) = (head.width >> 16, head.height >> 16);
        // A quarter turn in the matrix swaps what is stored and what is shown.
        let is_turned = head.matrix.a == 0 && head.matrix.d == 0;
        (width > 0 && height > 0).then_some(if is_turned {
            (height, width)
        } else {
            (width, height)
        })
    })
}

/// The playing time of the longest track.
fn duration(context: &MediaContext) -> Option<Duration> {
    let tracks = context.tracks.iter().filter_map(|track| {
        let (length, scale) = (track.duration?.0, track.timescale?.0);
        let millis = u128::from(length).checked_mul(1_000)? / u128::from(scale).max(1);
        u64::try_from(millis).ok()
    });
    tracks
        .max()
        .filter(|millis| *millis > 0)
        .map(Duration::from_millis)
}
