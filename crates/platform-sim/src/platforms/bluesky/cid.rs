//! Content ids: DAG-CBOR of records, SHA-256, base32.

use serde_json::Value;
use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Codec of DAG-CBOR.
const CBOR: u8 = 0x71;
/// Codec of plain bytes.
const RAW: u8 = 0x55;

/// The id of a record; `None` when it holds what the data model does not know, such as fractions.
pub(super) fn of_record(record: &Value) -> Option<String> {
    let mut bytes = Vec::new();
    encode(record, &mut bytes)?;
    Some(text(CBOR, &bytes))
}

/// The id of a blob.
pub(super) fn of_blob(bytes: &[u8]) -> String {
    text(RAW, bytes)
}

/// True for what reads as a CID of version 1 with SHA-256.
pub(super) fn is_cid(text: &str) -> bool {
    decode(text).is_some_and(|bytes| bytes.len() == 36 && bytes.starts_with(&[1]))
}

fn text(codec: u8, content: &[u8]) -> String {
    let mut bytes = vec![1, codec, 0x12, 0x20];
    bytes.extend(Sha256::digest(content));
    let mut out = String::from("b");
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        buffer = (buffer << 8) | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(ALPHABET[(buffer >> bits) as usize & 31]));
            buffer &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        out.push(char::from(ALPHABET[(buffer << (5 - bits)) as usize & 31]));
    }
    out
}

fn decode(cid: &str) -> Option<Vec<u8>> {
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    let mut bytes = Vec::new();
    for letter in cid.strip_prefix('b')?.bytes() {
        let value = u32::try_from(ALPHABET.iter().position(|known| *known == letter)?).ok()?;
        buffer = (buffer << 5) | value;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(buffer >> bits).ok()?);
            buffer &= (1 << bits) - 1;
        }
    }
    Some(bytes)
}

fn encode(value: &Value, out: &mut Vec<u8>) -> Option<()> {
    match value {
        Value::Null => out.push(0xf6),
        Value::Bool(flag) => out.push(if *flag { 0xf5 } else { 0xf4 }),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(positive), _) => head(0, positive, out),
            (None, Some(negative)) => head(1, negative.unsigned_abs() - 1, out),
            (None, None) => return None,
        },
        Value::String(text) => {
            head(3, text.len() as u64, out);
            out.extend_from_slice(text.as_bytes());
        }
        Value::Array(items) => {
            head(4, items.len() as u64, out);
            items.iter().try_for_each(|item| encode(item, out))?;
        }
        Value::Object(fields) => {
            if let (1, Some(link)) = (fields.len(), fields.get("$link")) {
                let bytes = decode(link.as_str()?)?;
                head(6, 42, out);
                head(2, bytes.len() as u64 + 1, out);
                out.push(0);
                out.extend(bytes);
                return Some(());
            }
            let mut sorted: Vec<(&String, &Value)> = fields.iter().collect();
            sorted.sort_by(|(one, _), (two, _)| one.len().cmp(&two.len()).then_with(|| one.cmp(two)));
            head(5, sorted.len() as u64, out);
            for (name, field) in sorted {
                head(3, name.len() as u64, out);
                out.extend_from_slice(name.as_bytes());
                encode(field, out)?;
            }
        }
    }
    Some(())
}

/// Major type and argument of a CBOR item.
fn head(major: u8, argument: u64, out: &mut Vec<u8>) {
    let major = major << 5;
    let bytes = argument.to_be_bytes();
    match argument {
        0..=23 => out.push(major | bytes[7]),
        24..=0xff => out.extend([major | 0x18, bytes[7]]),
        0x100..=0xffff => {
            out.push(major | 0x19);
            out.extend_from_slice(&bytes[6..]);
        }
        0x1_0000..=0xffff_ffff => {
            out.push(major | 0x1a);
            out.extend_from_slice(&bytes[4..]);
        }
        _ => {
            out.push(major | 0x1b);
            out.extend_from_slice(&bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ids_follow_content_and_not_the_order_of_fields() {
        let one = of_record(&json!({ "text": "a", "createdAt": "b" }));
        assert_eq!(one, of_record(&json!({ "createdAt": "b", "text": "a" })));
        assert_ne!(one, of_record(&json!({ "createdAt": "b", "text": "c" })));
        assert!(one.is_some_and(|cid| cid.starts_with("bafyrei") && is_cid(&cid)));
        assert_eq!(of_record(&json!({ "half": 0.5 })), None);
    }

    #[test]
    fn known_content_gives_the_known_id() {
        // The CID of an empty DAG-CBOR map and of the raw bytes "hello world", as other tools print them.
        assert_eq!(
            of_record(&json!({})).as_deref(),
            Some("bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua")
        );
        assert_eq!(
            of_blob(b"hello world"),
            "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"
        );
    }
}
