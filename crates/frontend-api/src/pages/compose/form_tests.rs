use super::*;

fn parse(body: &str) -> ComposeForm {
    ComposeForm::parse(&Form::parse(body.as_bytes()))
}

#[test]
fn parts_files_and_channels_are_read_in_order() {
    let channel = ChannelId::from_bits(1);
    let media = MediaId::from_bits(2);
    let form = parse(&format!(
        "all.0.text=One&all.1.text=Two&all.1.delay=5&all.1.media={media}&all.1.alt.{media}=A+cat\
         &channel={channel}&channel={channel}&own={channel}&{channel}.0.text=Mine&date=2026-11-20&zone=UTC"
    ));
    assert_eq!(form.channels, [channel]);
    assert_eq!(form.shared.len(), 2);
    assert_eq!(
        form.shared[1],
        Part {
            text: "Two".into(),
            files: vec![(media, "A cat".into())],
            delay: 5
        }
    );
    assert_eq!(form.own[&channel][0].text, "Mine");
    assert_eq!(form.files().into_iter().collect::<Vec<_>>(), [media]);
}

#[test]
fn an_empty_form_has_one_empty_part() {
    assert_eq!(parse("").shared, [Part::default()]);
    assert_eq!(parse("all.999999999.text=x").shared, [Part::default()]);
}

#[test]
fn times_that_cannot_be_read_name_their_fields() {
    let cases = [
        (
            Action::Schedule,
            "date=2026-11-20&time=09:30&zone=Europe/Berlin",
            vec![],
        ),
        (Action::Schedule, "date=&time=09:30&zone=UTC", vec!["/publish_at"]),
        (
            Action::Schedule,
            "date=soon&time=&zone=Mars",
            vec!["/publish_at", "/zone"],
        ),
        (Action::Draft, "date=&time=&zone=", vec![]),
        (Action::Draft, "date=soon&time=&zone=UTC", vec!["/publish_at"]),
        (Action::Now, "date=soon", vec![]),
        (Action::Queue, "", vec![]),
    ];
    for (action, body, want) in cases {
        let problems = parse(body)
            .to_post(action, &Library::default())
            .err()
            .unwrap_or_default();
        let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, want, "{action:?} {body}");
    }
}

#[test]
fn the_first_part_never_waits() {
    let post = parse("all.0.text=a&all.0.delay=9&all.1.text=b&all.1.delay=9").to_draft(&Library::default());
    let delays: Vec<u64> = post.entries.iter().map(|entry| entry.delay.as_secs()).collect();
    assert_eq!(delays, [0, 540]);
}
