//! A table of posts: one head, one row for each post.

use postern_domain::batch::NewBatch;
use postern_domain::post::NewPost;
use postern_domain::time::{Zone, parse_local};
use postern_domain::{Code, Problem};
use serde_json::{Map, Value as Json, json};

use super::{BulkOptions, batch_of, read_row};
use crate::postiz::create::malformed;

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    Date,
    Timezone,
    Type,
    Channels,
    Content,
    Comment,
    Media,
    Tags,
    Inter,
    Settings,
    Setting(String),
}

/// The columns that a table may have, for those who named another.
const KNOWN: &str = "date, timezone, type, channels, content, comment1, comment2, ..., media, tags, inter, settings, \
                     settings.<name>";

/// Reads a table in UTF-8, separated by commas or semicolons. A time without zone is in the row's `timezone`, else in
/// `zone`.
///
/// Errors: of the table as a whole; those of its rows are kept with them.
pub fn parse_table(bytes: &[u8], options: BulkOptions, zone: &Zone) -> Result<NewBatch, Vec<Problem>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator(bytes))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let head = reader
        .headers()
        .map_err(|error| vec![unreadable(&error)])?
        .clone();
    let columns = read_head(&head)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        rows.push(match record {
            Ok(record) if record.len() > columns.len() => Err(vec![too_long(record.len(), columns.len())]),
            Ok(record) => read_record(&columns, &record, zone),
            Err(error) => Err(vec![unreadable(&error)]),
        });
    }
    Ok(batch_of(options, rows))
}

/// What stands more often in the first line.
fn separator(bytes: &[u8]) -> u8 {
    let head = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| head.split(|byte| *byte == wanted).count();
    if count(b';') > count(b',') { b';' } else { b',' }
}

fn read_head(head: &csv::StringRecord) -> Result<Vec<Column>, Vec<Problem>> {
    let (mut columns, mut problems) = (Vec::new(), Vec::new());
    for name in head {
        match column_of(name) {
            Some(column) if column != Column::Comment && columns.contains(&column) => {
                let problem = malformed("/head", "names a column twice", "leave one of them out");
                problems.push(problem.given(name));
            }
            Some(column) => columns.push(column),
            None => {
                let fix = "use the names of the allowed columns in the first line";
                problems.push(
                    malformed("/head", "names an unknown column", fix)
                        .given(name)
                        .allowed(KNOWN),
                );
            }
        }
    }
    for (needed, name) in [(Column::Channels, "channels"), (Column::Content, "content")] {
        if problems.is_empty() && !columns.contains(&needed) {
            let fix = "put the names of the columns into the first line";
            let detail = format!("the column {name} is missing");
            problems.push(Problem::new(Code::MissingField, "/head", detail, fix).allowed(KNOWN));
        }
    }
    if problems.is_empty() {
        Ok(columns)
    } else {
        Err(problems)
    }
}

fn column_of(name: &str) -> Option<Column> {
    if let Some((head, key)) = name.split_once('.')
        && head.eq_ignore_ascii_case("settings")
        && !key.is_empty()
    {
        return Some(Column::Setting(key.to_owned()));
    }
    let plain: String = name
        .chars()
        .filter(|letter| !matches!(letter, '_' | '-' | ' '))
        .flat_map(char::to_lowercase)
        .collect();
    Some(match plain.as_str() {
        "date" | "publishdate" | "datetime" | "time" => Column::Date,
        "timezone" | "zone" | "tz" => Column::Timezone,
        "type" => Column::Type,
        "channels" | "channel" | "integrations" | "integration" | "accounts" => Column::Channels,
        "content" | "text" | "message" => Column::Content,
        "media" | "image" | "images" | "files" => Column::Media,
        "tags" | "labels" => Column::Tags,
        "inter" => Column::Inter,
        "settings" => Column::Settings,
        other => {
            let number = other.strip_prefix("comment")?;
            return number
                .bytes()
                .all(|digit| digit.is_ascii_digit())
                .then_some(Column::Comment);
        }
    })
}

/// A row as a body of `POST /posts`, read as such.
fn read_record(columns: &[Column], record: &csv::StringRecord, zone: &Zone) -> Result<NewPost, Vec<Problem>> {
    let cells = || {
        columns
            .iter()
            .zip(record.iter())
            .filter(|(_, cell)| !cell.is_empty())
    };
    let cell = |wanted: &Column| {
        cells()
            .find(|(column, _)| *column == wanted)
            .map(|(_, cell)| cell)
    };
    let mut problems = Vec::new();
    let zone = zone_of(cell(&Column::Timezone), zone, &mut problems);
    let settings = read_settings(cells(), &mut problems);
    let image: Vec<Json> = list(cell(&Column::Media), &[';', '|'])
        .map(|file| {
            if file.starts_with("med_") {
                json!({ "id": file })
            } else {
                json!({ "path": file })
            }
        })
        .collect();
    let mut value = vec![json!({ "content": cell(&Column::Content).unwrap_or_default(), "image": image })];
    let comments = cells().filter(|(column, _)| **column == Column::Comment);
    value.extend(comments.map(|(_, text)| json!({ "content": text, "image": [] })));
    let channels = list(cell(&Column::Channels), &[';', '|', ',']);
    let posts: Vec<Json> = channels
        .map(|id| json!({ "integration": { "id": id }, "value": value, "settings": settings }))
        .collect();
    let tags = cell(&Column::Tags).unwrap_or_default().split([';', '|', ',']);
    let tags: Vec<&str> = tags.map(str::trim).filter(|tag| !tag.is_empty()).collect();
    let body = json!({
        "type": cell(&Column::Type),
        "date": cell(&Column::Date).map(|date| placed(date, &zone)),
        "inter": cell(&Column::Inter),
        "tags": tags,
        "posts": posts,
    });
    match read_row(&body, &zone) {
        Ok(post) if problems.is_empty() => Ok(post),
        Ok(_) => Err(problems),
        Err(found) => {
            problems.extend(found);
            Err(problems)
        }
    }
}

/// The zone of a row, or the usual one.
fn zone_of(name: Option<&str>, usual: &Zone, problems: &mut Vec<Problem>) -> Zone {
    let Some(name) = name else {
        return usual.clone();
    };
    Zone::parse(name).unwrap_or_else(|_| {
        let fix = "give the IANA name of a zone";
        let problem = Problem::new(Code::ZoneUnknown, "/timezone", "there is no such time zone", fix);
        problems.push(problem.given(name).allowed("a name such as Europe/Berlin"));
        usual.clone()
    })
}

/// The settings of all columns that hold some.
fn read_settings<'a>(
    cells: impl Iterator<Item = (&'a Column, &'a str)>,
    problems: &mut Vec<Problem>,
) -> Map<String, Json> {
    let mut settings = Map::new();
    for (column, cell) in cells {
        match column {
            Column::Setting(key) => drop(settings.insert(key.clone(), json!(cell))),
            Column::Settings => {
                if let Ok(Json::Object(members)) = serde_json::from_str(cell) {
                    settings.extend(members);
                } else {
                    let fix = "write a JSON object, or use a column for each setting, such as settings.title";
                    problems.push(malformed("/targets/0/settings", "must be a JSON object", fix));
                }
            }
            _ => {}
        }
    }
    settings
}

/// A time without zone in this zone; anything else is left for its reader.
fn placed(date: &str, zone: &Zone) -> String {
    match parse_local(date) {
        Ok(wall) => zone.instant_of(wall).to_rfc3339(),
        Err(_) => date.to_owned(),
    }
}

fn list<'a>(cell: Option<&'a str>, separators: &'a [char]) -> impl Iterator<Item = &'a str> {
    let is_between = |letter: char| letter.is_whitespace() || separators.contains(&letter);
    let items = cell.unwrap_or_default().split(is_between);
    items.filter(|item| !item.is_empty())
}

/// The column in which a field of a post stands.
pub(super) fn column(pointer: &str) -> String {
    let parts: Vec<&str> = pointer.split('/').skip(1).collect();
    let own = match parts.as_slice() {
        ["targets", _, own @ ..] => own,
        all => all,
    };
    match own {
        ["publish_at" | "intent", ..] => "date".to_owned(),
        [] | ["targets" | "channel", ..] => "channels".to_owned(),
        ["recurrence", ..] => "inter".to_owned(),
        ["entries", _, "media", ..] => "media".to_owned(),
        ["entries"] | ["entries", "0", ..] => "content".to_owned(),
        ["entries", number, ..] => format!("comment{number}"),
        ["settings", key, ..] => format!("settings.{key}"),
        other => other.join("."),
    }
}

fn unreadable(error: &csv::Error) -> Problem {
    let place = error
        .position()
        .map_or(String::new(), |at| format!(" near line {}", at.line()));
    malformed(
        "",
        &format!("the table cannot be read{place}"),
        "send a table in UTF-8 with a first line of names",
    )
}

fn too_long(cells: usize, columns: usize) -> Problem {
    let fix = "put texts with the separator in them into double quotes";
    malformed("", "the row has more cells than there are columns", fix)
        .given(cells)
        .allowed(columns)
}
