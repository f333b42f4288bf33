//! The HTML subset: reading it leniently into a document, writing it exactly.

use super::{Block, Document, Span, Target};

/// Tags that begin something the subset knows; anything else in angle brackets is unwrapped.
const KNOWN: [&str; 12] = [
    "p", "br", "strong", "b", "u", "a", "ul", "ol", "li", "span", "div", "h1",
];

/// Tags whose text is dropped with them.
const SILENT: [&str; 5] = ["script", "style", "template", "iframe", "object"];

/// One piece of source text.
enum Token<'a> {
    Text(&'a str),
    Open { name: String, attributes: &'a str },
    Close(String),
}

/// Whether the text holds any tag, so that it is meant as HTML.
pub(super) fn has_markup(source: &str) -> bool {
    tokens(source).any(|token| match token {
        Token::Text(_) => false,
        Token::Open { name, .. } | Token::Close(name) => {
            KNOWN.contains(&name.as_str()) || SILENT.contains(&name.as_str()) || name.len() > 1
        }
    })
}

/// Splits source into tags and text; a `<` that begins no tag is text.
fn tokens(source: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = source;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((token, after)) = tag(rest) {
            rest = after;
            return Some(token);
        }
        // A `<` that begins no tag stands for itself; look for the next one behind it.
        let skip = usize::from(rest.starts_with('<'));
        let end = rest[skip..].find('<').map_or(rest.len(), |at| at + skip);
        let (text, after) = rest.split_at(end);
        rest = after;
        Some(Token::Text(text))
    })
}

/// Reads a tag or comment at the start of `source`.
fn tag(source: &str) -> Option<(Token<'_>, &str)> {
    let body = source.strip_prefix('<')?;
    if let Some(comment) = body.strip_prefix("!--") {
        let end = comment.find("-->").map_or(comment.len(), |at| at + 3);
        return Some((Token::Text(""), &comment[end..]));
    }
    let (closing, body) = body.strip_prefix('/').map_or((false, body), |body| (true, body));
    let name_end = body
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(body.len());
    if name_end == 0 || !body.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let end = tag_end(&body[name_end..])? + name_end;
    let name = body[..name_end].to_ascii_lowercase();
    let attributes = body[name_end..end].trim_end_matches('/');
    let token = if closing {
        Token::Close(name)
    } else {
        Token::Open { name, attributes }
    };
    Some((token, &body[end + 1..]))
}

/// The place of the `>` that ends a tag, quotes respected.
fn tag_end(attributes: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in attributes.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            (None | Some(_), _) => {}
        }
    }
    None
}

/// The decoded value of an attribute.
fn attribute(attributes: &str, wanted: &str) -> Option<String> {
    let mut rest = attributes;
    while let Some(equals) = rest.find('=') {
        let name = rest[..equals].split_whitespace().next_back().unwrap_or("");
        let after = rest[equals + 1..].trim_start();
        let (value, next) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let end = after[1..].find(quote).map_or(after.len(), |at| at + 1);
                (
                    after.get(1..end).unwrap_or(""),
                    after.get(end + 1..).unwrap_or(""),
                )
            }
            _ => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(html_escape::decode_html_entities(value).into_owned());
        }
        rest = next;
    }
    None
}

/// Whether a link target may be kept.
fn is_safe_link(href: &str) -> bool {
    let lower = href.trim().to_ascii_lowercase();
    ["http://", "https://", "mailto:", "/", "#"]
        .iter()
        .any(|start| lower.starts_with(start))
}

/// Where text goes while reading.
#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    open: Option<Block>,
    strong: u32,
    underline: u32,
    target: Option<Target>,
    silent: Option<String>,
}

/// Reads the HTML subset; see [`Document::parse`].
pub(super) fn parse(source: &str) -> Document {
    let mut reader = Reader::default();
    for token in tokens(source) {
        reader.take(token);
    }
    reader.end_block();
    Document {
        blocks: reader.blocks,
        plain: false,
    }
}

impl Reader {
    fn take(&mut self, token: Token<'_>) {
        if let Some(silent) = &self.silent {
            if matches!(&token, Token::Close(name) if name == silent) {
                self.silent = None;
            }
            return;
        }
        match token {
            Token::Text(text) => self.text(text),
            Token::Open { name, attributes } => self.open_tag(&name, attributes),
            Token::Close(name) => self.close_tag(&name),
        }
    }

    fn text(&mut self, text: &str) {
        let decoded = html_escape::decode_html_entities(text)
            .replace("\r\n", "\n")
            .replace('\0', "");
        // White space between blocks is layout of the source, not content.
        if decoded.is_empty() || (self.open.is_none() && decoded.trim().is_empty()) {
            return;
        }
        let text = if self.open.is_none() {
            decoded.trim_start_matches('\n').to_owned()
        } else {
            decoded
        };
        let span = Span {
            text,
            strong: self.strong > 0,
            underline: self.underline > 0,
            target: self.target.clone(),
        };
        self.push(span);
    }

    fn push(&mut self, span: Span) {
        let spans = match self.open.get_or_insert_with(|| Block::Paragraph(Vec::new())) {
            Block::Paragraph(spans) | Block::Heading(_, spans) => spans,
            Block::List(items) => {
                if items.is_empty() {
                    items.push(Vec::new());
                }
                let last = items.len() - 1;
                &mut items[last]
            }
        };
        match spans.last_mut() {
            Some(last)
                if last.strong == span.strong
                    && last.underline == span.underline
                    && last.target == span.target
                    && last.target.is_none() =>
            {
                last.text.push_str(&span.text);
            }
            Some(_) | None => spans.push(span),
        }
    }

    fn open_tag(&mut self, name: &str, attributes: &str) {
        match name {
            "p" | "div" | "blockquote" => self.begin(Block::Paragraph(Vec::new())),
            "h1" | "h2" | "h3" => self.begin(Block::Heading(name.as_bytes()[1] - b'0', Vec::new())),
            "h4" | "h5" | "h6" => self.begin(Block::Heading(3, Vec::new())),
            "ul" | "ol" => self.begin(Block::List(Vec::new())),
            "li" => self.item(),
            "br" => self.line_break(),
            "strong" | "b" => self.strong += 1,
            "u" => self.underline += 1,
            "a" => {
                self.target = attribute(attributes, "href")
                    .filter(|href| is_safe_link(href))
                    .map(Target::Link);
            }
            "span" => {
                self.target = attribute(attributes, "data-mention-id").map(Target::Mention);
            }
            silent if SILENT.contains(&silent) => self.silent = Some(silent.to_owned()),
            _ => {}
        }
    }

    fn line_break(&mut self) {
        let (strong, underline) = (self.strong > 0, self.underline > 0);
        self.push(Span {
            text: "\n".to_owned(),
            strong,
            underline,
            target: None,
        });
    }

    fn close_tag(&mut self, name: &str) {
        match name {
            "p" | "div" | "blockquote" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.end_paragraph();
            }
            "ul" | "ol" => self.end_block(),
            "strong" | "b" => self.strong = self.strong.saturating_sub(1),
            "u" => self.underline = self.underline.saturating_sub(1),
            "a" | "span" => self.target = None,
            _ => {}
        }
    }

    fn begin(&mut self, block: Block) {
        let inside_item = matches!(&self.open, Some(Block::List(items)) if !items.is_empty());
        if inside_item && matches!(block, Block::Paragraph(_)) {
            return;
        }
        self.end_block();
        self.open = Some(block);
    }

    fn item(&mut self) {
        if let Some(Block::List(items)) = &mut self.open {
            items.push(Vec::new());
        } else {
            self.begin(Block::List(vec![Vec::new()]));
        }
    }

    /// A paragraph inside a list item does not end the list.
    fn end_paragraph(&mut self) {
        if !matches!(self.open, Some(Block::List(_))) {
            self.end_block();
        }
    }

    fn end_block(&mut self) {
        if let Some(block) = self.open.take() {
            self.blocks.push(block);
        }
    }
}

/// Writes the subset: `p`, `h1` to `h3`, `ul`, `li`, `strong`, `u`, `a`, `br` and mention spans.
pub(super) fn write(document: &Document) -> String {
    let mut out = String::new();
    for block in &document.blocks {
        match block {
            Block::Paragraph(spans) => wrap(&mut out, "p", spans),
            Block::Heading(level, spans) => {
                wrap(&mut out, ["h1", "h2", "h3"][usize::from(level - 1).min(2)], spans);
            }
            Block::List(items) => {
                out.push_str("<ul>");
                for item in items {
                    wrap(&mut out, "li", item);
                }
                out.push_str("</ul>");
            }
        }
    }
    out
}

fn wrap(out: &mut String, tag: &str, spans: &[Span]) {
    out.push('<');
    out.push_str(tag);
    out.push('>');
    for span in spans {
        write_span(out, span);
    }
    out.push_str("</");
    out.push_str(tag);
    out.push('>');
}

fn write_span(out: &mut String, span: &Span) {
    let mut text = html_escape::encode_text(&span.text).replace('\n', "<br>");
    if span.strong {
        text = format!("<strong>{text}</strong>");
    }
    if span.underline {
        text = format!("<u>{text}</u>");
    }
    match &span.target {
        Some(Target::Link(href)) => {
            let href = html_escape::encode_double_quoted_attribute(href);
            out.push_str(&["<a href=\"", &href, "\">", &text, "</a>"].concat());
        }
        Some(Target::Mention(id)) => {
            let id = html_escape::encode_double_quoted_attribute(id);
            out.push_str(&["<span data-mention-id=\"", &id, "\">", &text, "</span>"].concat());
        }
        None => out.push_str(&text),
    }
}
