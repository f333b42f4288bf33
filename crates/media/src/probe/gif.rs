//! Whether a GIF moves: whether it holds a second picture.
//!
//! Source: GIF89a specification, sections 17 to 26.

use std::io::{self, BufRead, Read};

const EXTENSION: u8 = 0x21;
const PICTURE: u8 = 0x2c;

/// True when there are at least two pictures; reads no further than the second.
pub(super) fn is_animated(reader: impl BufRead) -> bool {
    // A file that breaks off before the second picture shows one at most.
    count_pictures(reader, 2).unwrap_or(0) >= 2
}

fn count_pictures(mut reader: impl BufRead, enough: usize) -> io::Result<usize> {
    let mut screen = [0; 13];
    reader.read_exact(&mut screen)?;
    skip(&mut reader, palette_bytes(screen[10]))?;
    let mut pictures = 0;
    while pictures < enough {
        match byte(&mut reader)? {
            EXTENSION => {
                byte(&mut reader)?;
                skip_blocks(&mut reader)?;
            }
            PICTURE => {
                pictures += 1;
                if pictures < enough {
                    let mut picture = [0; 9];
                    reader.read_exact(&mut picture)?;
                    // After the palette comes one byte before the blocks, the code size.
                    skip(&mut reader, palette_bytes(picture[8]) + 1)?;
                    skip_blocks(&mut reader)?;
                }
            }
            _ => break,
        }
    }
    Ok(pictures)
}

/// The length of the palette that these flags announce.
fn palette_bytes(flags: u8) -> u64 {
    if flags & 0x80 == 0 {
        0
    } else {
        3 << ((flags & 7) + 1)
    }
}

fn skip_blocks(reader: &mut impl BufRead) -> io::Result<()> {
    loop {
        match byte(reader)? {
            0 => return Ok(()),
            length => skip(reader, length.into())?,
        }
    }
}

fn byte(reader: &mut impl BufRead) -> io::Result<u8> {
    let mut byte = [0];
    reader.read_exact(&mut byte)?;
    Ok(byte[0])
}

fn skip(reader: &mut impl BufRead, count: u64) -> io::Result<()> {
    let skipped = io::copy(&mut reader.by_ref().take(count), &mut io::sink())?;
    if skipped == count {
        Ok(())
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gif(pictures: usize) -> Vec<u8> {
        let mut bytes = b"GIF89a\x02\0\x03\0\x80\0\0".to_vec();
        bytes.extend([0; 6]);
        bytes.extend(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0");
        for _ in 0..pictures {
            bytes.extend(b"\x21\xf9\x04\0\x0a\0\0\0");
            bytes.extend(b"\x2c\0\0\0\0\x02\0\x03\0\x81");
            bytes.extend([0; 12]);
            bytes.extend(b"\x02\x02\x44\x01\x01\x2c\0");
        }
        bytes.push(0x3b);
        bytes
    }

    #[test]
    fn the_second_picture_makes_it_move() {
        for (pictures, want) in [(0, false), (1, false), (2, true), (30, true)] {
            assert_eq!(is_animated(gif(pictures).as_slice()), want, "{pictures}");
        }
    }

    #[test]
    fn broken_files_stand_still() {
        let whole = gif(1);
        for cut in 0..whole.len() {
            assert!(!is_animated(&whole[..cut]), "cut at {cut}");
        }
    }
}
