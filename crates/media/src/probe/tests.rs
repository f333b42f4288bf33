use std::io::Cursor;

use super::*;

fn boxed(name: &str, content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    let length = u32::try_from(8 + content.len()).unwrap();
    [&length.to_be_bytes(), name.as_bytes(), &content].concat()
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// A film track of 64 by 48 pixels whose clock ticks 1000 times a second; `turn` is its matrix.
fn track(ticks: u32, turn: [u32; 9]) -> Vec<u8> {
    let head = [
        numbers(&[7, 0, 0, 1, 0, ticks, 0, 0, 0, 0]),
        numbers(&turn),
        numbers(&[64 << 16, 48 << 16]),
    ];
    let media_head = numbers(&[0, 0, 0, 1_000, ticks, 0]);
    let handler = [numbers(&[0, 0]), b"vide".to_vec(), numbers(&[0, 0, 0]), vec![0]].concat();
    let media = boxed(
        "mdia",
        &[&boxed("mdhd", &[&media_head]), &boxed("hdlr", &[&handler])],
    );
    boxed("trak", &[&boxed("tkhd", &[&head.concat()]), &media])
}

const UPRIGHT: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];
const TURNED: [u32; 9] = [0, 0x1_0000, 0, 0xffff_0000, 0, 0, 0, 0, 0x4000_0000];

fn film(turn: [u32; 9], film_first: bool) -> Vec<u8> {
    let kind = boxed("ftyp", &[b"isom", &[0, 0, 2, 0], b"isommp41"]);
    let mut movie_head = numbers(&[0, 0, 0, 1_000, 2_500, 0x1_0000]);
    movie_head.resize(100, 0);
    let facts = boxed("moov", &[&boxed("mvhd", &[&movie_head]), &track(2_500, turn)]);
    let content = boxed("mdat", &[&[0; 5_000]]);
    if film_first {
        [kind, content, facts].concat()
    } else {
        [kind, facts, content].concat()
    }
}

fn png() -> Vec<u8> {
    let head = [numbers(&[640, 480]), vec![8, 6, 0, 0, 0]].concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        numbers(&[13]),
        b"IHDR".to_vec(),
        head,
        vec![0; 4],
    ]
    .concat()
}

fn jpeg() -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec();
    bytes.extend(b"\xff\xc0\0\x11\x08\x01\xe0\x02\x80\x03\x01\x22\0\x02\x11\x01\x03\x11\x01\xff\xd9");
    bytes
}

fn gif() -> Vec<u8> {
    let mut bytes = b"GIF89a\x02\0\x03\0\x80\0\0\0\0\0\0\0\0".to_vec();
    for _ in 0..2 {
        bytes.extend(b"\x21\xf9\x04\0\x0a\0\0\0\x2c\0\0\0\0\x02\0\x03\0\0\x02\x02\x44\x01\0");
    }
    bytes.push(0x3b);
    bytes
}

fn webp() -> Vec<u8> {
    b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x7f\x02\0\xdf\x01\0\0\0\0\0\0\0\0\0".to_vec()
}

fn bmp() -> Vec<u8> {
    let mut bytes = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x80\x02\0\0\xe0\x01\0\0\x01\0\x18\0".to_vec();
    bytes.resize(70, 0);
    bytes
}

fn probe_bytes(kind: Kind, bytes: &[u8]) -> Facts {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    probe(kind, file.path())
}

#[test]
fn pictures_tell_their_size() {
    for (kind, bytes) in [
        (Kind::Png, png()),
        (Kind::Jpeg, jpeg()),
        (Kind::Webp, webp()),
        (Kind::Bmp, bmp()),
    ] {
        let facts = probe_bytes(kind, &bytes);
        assert_eq!(facts.pixels, Some((640, 480)), "{kind:?}");
        assert_eq!((facts.kind, facts.duration), (MediaKind::Image, None));
    }
}

#[test]
fn moving_pictures_are_of_a_kind_of_their_own() {
    let moving = probe_bytes(Kind::Gif, &gif());
    assert_eq!((moving.kind, moving.pixels), (MediaKind::Gif, Some((2, 3))));
    let still = probe_bytes(Kind::Gif, &gif()[..30]);
    assert_eq!((still.kind, still.pixels), (MediaKind::Image, Some((2, 3))));
}

#[test]
fn films_tell_size_and_playing_time_wherever_their_facts_are() {
    for film_first in [false, true] {
        let facts = probe_bytes(Kind::Mp4, &film(UPRIGHT, film_first));
        assert_eq!(facts.kind, MediaKind::Video);
        assert_eq!(facts.pixels, Some((64, 48)));
        assert_eq!(facts.duration, Some(Duration::from_millis(2_500)));
    }
    assert_eq!(
        probe_bytes(Kind::Mp4, &film(TURNED, false)).pixels,
        Some((48, 64))
    );
}

#[test]
fn what_cannot_be_read_stays_unknown() {
    for kind in Kind::ALL {
        for bytes in [&b""[..], b"nonsense", &[0xff; 300]] {
            assert_eq!(probe_bytes(kind, bytes), Facts::unknown(kind), "{kind:?}");
        }
    }
    assert_eq!(
        probe(Kind::Png, Path::new("/nowhere/at/all")),
        Facts::unknown(Kind::Png)
    );
}

/// Changes a few bytes, cuts, or repeats; the same for the same number.
fn mutate(bytes: &[u8], number: u64) -> Vec<u8> {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut draw = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below.max(1)).unwrap()).unwrap()
    };
    let mut mutated = bytes.to_vec();
    // The facts stand at the beginning; what follows is content.
    let reach = mutated.len().min(400);
    for _ in 0..=draw(8) {
        let at = draw(reach);
        mutated[at] = [0, 0xff, 0x7f, 0x80, 1][draw(5)];
    }
    if draw(4) == 0 {
        mutated.truncate(draw(reach));
    }
    mutated
}

#[test]
fn mutated_files_neither_panic_nor_hang() {
    let samples = [
        (Kind::Mp4, film(UPRIGHT, false)),
        (Kind::Gif, gif()),
        (Kind::Png, png()),
        (Kind::Jpeg, jpeg()),
        (Kind::Webp, webp()),
        (Kind::Bmp, bmp()),
    ];
    for (kind, sample) in samples {
        for number in 0..3_000 {
            let bytes = mutate(&sample, number);
            let cursor = || Cursor::new(bytes.as_slice());
            match kind {
                Kind::Mp4 => drop(mp4::read(cursor())),
                Kind::Gif => drop(std::hint::black_box(gif::is_animated(cursor()))),
                _ => drop(imagesize::reader_size(cursor())),
            }
        }
    }
}
