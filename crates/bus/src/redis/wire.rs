//! Messages as stream entries, and replies to reads.
//!
//! Fields of an entry: `k` the kind, `f:<name>` a field of the message, `h:traceparent` the trace context. An entry
//! may hold several messages, each beginning with its kind.

use fred::types::Value;
use postern_domain::ports::{Envelope, StreamName};

const KIND: &str = "k";
const FIELD: &str = "f:";
const TRACEPARENT: &str = "h:traceparent";

/// One entry of a stream with its id.
#[derive(Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) fields: Vec<(String, String)>,
}

/// The fields of a message's entry.
pub(super) fn write(envelope: &Envelope) -> Vec<(String, String)> {
    let mut fields = vec![(KIND.to_owned(), envelope.kind.clone())];
    let own = envelope.fields.iter();
    fields.extend(own.map(|(name, value)| (format!("{FIELD}{name}"), value.clone())));
    if let Some(context) = &envelope.traceparent {
        fields.push((TRACEPARENT.to_owned(), context.clone()));
    }
    fields
}

/// The messages of an entry, at least one. An entry that none of ours wrote has an empty kind, so that its reader can
/// still acknowledge it.
pub(super) fn read(stream: &StreamName, fields: Vec<(String, String)>) -> Vec<Envelope> {
    let blank = || Envelope {
        stream: stream.clone(),
        kind: String::new(),
        fields: Vec::new(),
        traceparent: None,
    };
    let (mut before, mut envelope, mut has_kind) = (Vec::new(), blank(), false);
    for (name, value) in fields {
        if name == KIND {
            if has_kind {
                before.push(std::mem::replace(&mut envelope, blank()));
            }
            has_kind = true;
            envelope.kind = value;
        } else if name == TRACEPARENT {
            envelope.traceparent = Some(value);
        } else if let Some(name) = name.strip_prefix(FIELD) {
            envelope.fields.push((name.to_owned(), value));
        }
    }
    before.push(envelope);
    before
}

/// Entries by key, from the reply to `XREAD` or `XREADGROUP`; nothing when the wait was in vain.
///
/// Read by hand because the client's own conversion loses the order of fields.
pub(super) fn entries_by_key(reply: Value) -> Vec<(String, Vec<Entry>)> {
    let mut found = Vec::new();
    match reply {
        Value::Array(streams) => {
            for stream in streams {
                let mut parts = stream.into_array().into_iter();
                if let (Some(key), Some(list)) = (parts.next().and_then(text), parts.next()) {
                    found.push((key, entries(list)));
                }
            }
        }
        Value::Map(streams) => {
            for (key, list) in streams.inner() {
                if let Some(key) = key.into_string() {
                    found.push((key, entries(list)));
                }
            }
        }
        _ => {}
    }
    found
}

/// The cursor and the entries, from the reply to `XAUTOCLAIM`.
pub(super) fn claimed(reply: Value) -> (Option<String>, Vec<Entry>) {
    let mut parts = reply.into_array().into_iter();
    let cursor = parts.next().and_then(text);
    (cursor, parts.next().map(entries).unwrap_or_default())
}

/// Entries of one stream. Trimmed ones are nil and left out.
pub(super) fn entries(list: Value) -> Vec<Entry> {
    let Value::Array(list) = list else {
        return Vec::new();
    };
    list.into_iter().filter_map(entry).collect()
}

fn entry(value: Value) -> Option<Entry> {
    let Value::Array(parts) = value else { return None };
    let mut parts = parts.into_iter();
    let id = text(parts.next()?)?;
    let Value::Array(flat) = parts.next()? else {
        return None;
    };
    let mut flat = flat.into_iter();
    let mut fields = Vec::with_capacity(flat.len() / 2);
    while let (Some(name), Some(value)) = (flat.next(), flat.next()) {
        if let (Some(name), Some(value)) = (text(name), text(value)) {
            fields.push((name, value));
        }
    }
    Some(Entry { id, fields })
}

fn text(value: Value) -> Option<String> {
    value.into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(parts: Vec<Value>) -> Value {
        Value::Array(parts)
    }

    fn message() -> Envelope {
        Envelope {
            stream: StreamName::publish("mastodon"),
            kind: "publication_due".to_owned(),
            fields: vec![
                ("publication".to_owned(), "pub_1".to_owned()),
                ("k".to_owned(), "own".to_owned()),
                ("fence".to_owned(), "3".to_owned()),
            ],
            traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
        }
    }

    #[test]
    fn messages_read_back_in_order() {
        let (one, mut two) = (message(), message());
        two.traceparent = None;
        assert_eq!(read(&one.stream, write(&one)), std::slice::from_ref(&one));
        let both = [write(&one), write(&two)].concat();
        assert_eq!(read(&one.stream, both), [one, two]);
    }

    #[test]
    fn strange_entries_become_messages_of_no_kind() {
        let stream = StreamName::events();
        let envelopes = read(&stream, vec![("other".to_owned(), "x".to_owned())]);
        assert_eq!(envelopes.len(), 1);
        assert_eq!((envelopes[0].kind.as_str(), envelopes[0].fields.len()), ("", 0));
    }

    #[test]
    fn replies_are_read_and_nonsense_is_left_out() {
        let good = array(vec![
            "1-0".into(),
            array(vec!["k".into(), "kind".into(), "odd".into()]),
        ]);
        let list = array(vec![
            good,
            Value::Null,
            array(vec!["2-0".into(), Value::Null]),
            7.into(),
        ]);
        let want = Entry {
            id: "1-0".to_owned(),
            fields: vec![("k".to_owned(), "kind".to_owned())],
        };
        let reply = array(vec![array(vec!["key".into(), list.clone()]), Value::Null]);
        assert_eq!(entries_by_key(reply), vec![("key".to_owned(), vec![want])]);
        assert_eq!(entries_by_key(Value::Null), Vec::new());
        let (cursor, found) = claimed(array(vec!["0-0".into(), list, array(Vec::new())]));
        assert_eq!((cursor.as_deref(), found.len()), (Some("0-0"), 1));
        assert_eq!(claimed(Value::Null), (None, Vec::new()));
    }
}
