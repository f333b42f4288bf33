//! Plain and markdown renderings.

use super::{Block, Document, Span, Target};

/// Lines of text; with `styled`, strong and underlined letters become Unicode look-alikes.
pub(super) fn plain(document: &Document, styled: bool) -> String {
    let mut lines = Vec::new();
    for block in &document.blocks {
        match block {
            Block::Paragraph(spans) | Block::Heading(_, spans) => lines.push(plain_spans(spans, styled)),
            Block::List(items) => {
                lines.extend(
                    items
                        .iter()
                        .map(|item| format!("- {}", plain_spans(item, styled))),
                );
            }
        }
    }
    lines.join("\n")
}

fn plain_spans(spans: &[Span], styled: bool) -> String {
    spans.iter().map(|span| plain_span(span, styled)).collect()
}

fn plain_span(span: &Span, styled: bool) -> String {
    if let Some(Target::Link(href)) = &span.target {
        return href.clone();
    }
    match (styled && span.strong, styled && span.underline) {
        (false, false) => span.text.clone(),
        (true, false) => span.text.chars().map(bold).collect(),
        (strong, true) => {
            let letters = span
                .text
                .chars()
                .map(|letter| if strong { bold(letter) } else { letter });
            letters.flat_map(|letter| [letter, '\u{332}']).collect()
        }
    }
}

/// The sans-serif bold look-alike of a letter or digit; other characters stay.
fn bold(letter: char) -> char {
    let (first, target) = match letter {
        'A'..='Z' => ('A', 0x1_D5D4),
        'a'..='z' => ('a', 0x1_D5EE),
        '0'..='9' => ('0', 0x1_D7EC),
        other => return other,
    };
    char::from_u32(target + (letter as u32 - first as u32)).unwrap_or(letter)
}

/// Markdown with `#` headings, `**strong**`, `__underline__`, `- ` items and `[text](url)` links.
pub(super) fn markdown(document: &Document) -> String {
    let mut lines = Vec::new();
    for block in &document.blocks {
        match block {
            Block::Paragraph(spans) => lines.push(markdown_spans(spans)),
            Block::Heading(level, spans) => {
                lines.push(format!(
                    "{} {}",
                    "#".repeat(usize::from(*level)),
                    markdown_spans(spans)
                ));
            }
            Block::List(items) => {
                lines.extend(items.iter().map(|item| format!("- {}", markdown_spans(item))));
            }
        }
    }
    lines.join("\n")
}

fn markdown_spans(spans: &[Span]) -> String {
    spans.iter().map(markdown_span).collect()
}

fn markdown_span(span: &Span) -> String {
    let mut text = span.text.clone();
    if span.strong {
        text = format!("**{text}**");
    }
    if span.underline {
        text = format!("__{text}__");
    }
    match &span.target {
        Some(Target::Link(href)) if *href == span.text => href.clone(),
        Some(Target::Link(href)) => format!("[{text}]({href})"),
        Some(Target::Mention(_)) | None => text,
    }
}
