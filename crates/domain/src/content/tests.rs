use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(source: &str, editor: Editor, want: &str) {
    assert_eq!(Document::parse(source).render(editor), want, "{source}");
}

#[test]
fn plain_text_is_given_back_as_it_came() {
    for text in [
        "hello",
        "a < b && c > d",
        "one\n\ntwo",
        "tom &amp; jerry",
        "I <3 you",
    ] {
        assert_eq!(Document::parse(text).to_source(), text);
        check(text, Editor::Normal, text);
    }
}

#[test]
fn paragraphs_become_lines() {
    check(
        "<p>one</p><p></p><p>two &amp; three</p>",
        Editor::None,
        "one\n\ntwo & three",
    );
    check("<p>one<br>two</p>\n<p>three</p>", Editor::None, "one\ntwo\nthree");
    check(
        "<ul><li>a</li><li><p>b</p></li></ul><p>c</p>",
        Editor::Normal,
        "- a\n- b\nc",
    );
}

#[test]
fn styles_become_what_the_editor_knows() {
    check(
        "<p><strong>Hi</strong> 1</p>",
        Editor::Normal,
        "\u{1d5db}\u{1d5f6} 1",
    );
    check("<p><u>ab</u></p>", Editor::Normal, "a\u{332}b\u{332}");
    check(
        "<h2>T</h2><p><strong>x</strong> <a href=\"https://e.org\">l</a></p>",
        Editor::Markdown,
        "## T\n**x** [l](https://e.org)",
    );
    check(
        "<p>see <a href=\"https://e.org/?a=1&amp;b=2\">here</a></p>",
        Editor::None,
        "see https://e.org/?a=1&b=2",
    );
}

#[test]
fn what_is_outside_the_subset_cannot_be_stored() {
    for (source, want) in [
        ("<p onclick=\"x()\">a<script>alert(1)</script>b</p>", "<p>ab</p>"),
        ("<p><a href=\"javascript:x\">a</a></p>", "<p>a</p>"),
        ("<table><tr><td>cell</td></tr></table>", "<p>cell</p>"),
        ("<p>a<!-- <p> -->b</p>", "<p>ab</p>"),
        ("<p>1 &lt; 2</p>", "<p>1 &lt; 2</p>"),
        ("<p title=\"a > b\">x</p>", "<p>x</p>"),
        ("a\0b", "ab"),
    ] {
        assert_eq!(Document::parse(source).to_source(), want, "{source}");
    }
}

#[test]
fn excerpts_are_cut_with_an_ellipsis() {
    assert_eq!(
        Document::parse("<p>one two</p><p>three</p>").excerpt(20),
        "one two three"
    );
    assert_eq!(Document::parse("one two three").excerpt(8), "one two\u{2026}");
}

#[test]
fn documents_do_not_print_their_text() {
    assert_eq!(format!("{:?}", Document::parse("hush")), "Document(1 blocks)");
}

proptest! {
    #[test]
    fn every_text_is_some_document_and_its_source_is_stable(source in ".{0,80}|(<[a-z/]{1,6}[^<>]{0,8}>?|[a-z&;<>\"' \n]{0,6}){0,12}") {
        let once = Document::parse(&source).to_source();
        let twice = Document::parse(&once).to_source();
        prop_assert_eq!(once, twice);
    }
}
