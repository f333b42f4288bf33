//! `POST /compose/form`: rebuilds the form after a step that changes its shape; nothing is stored.

use axum::extract::State;
use axum::response::Response;
use postern_domain::id::{ChannelId, MediaId, PostId};

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::member::Member;
use crate::pages::compose::composer::Composer;
use crate::pages::compose::form::{ComposeForm, Part};
use crate::pages::compose::library::Library;
use crate::pages::compose::returns::{Chosen, Repeat};
use crate::respond;
use crate::views::Problems;

/// Takes the step and shows the form: alone for a part of a page, with its page otherwise.
pub(crate) async fn send(State(app): State<App>, member: Member, form: Form) -> Result<Response, Failure> {
    let post: Option<PostId> = form.text("post").parse().ok();
    let step = form.text("step").to_owned();
    let mut form = ComposeForm::parse(&form);
    take(&mut form, &step);
    if let Some(belongs) = form.belongs.filter(|belongs| belongs.reach != Chosen::This)
        && !form.repeat.asked
    {
        let stored = app.backend.recurrence(&member.actor, belongs.recurrence).await?;
        form.repeat = Repeat::of(&stored.recurrence.rule);
    }
    let library = Library::load(&app, &member, &form).await?;
    let composer = Composer::new(&app, &member, post, &form, &library, Problems::default()).await?;
    if member.visit.partial {
        respond::page(&composer)
    } else {
        respond::page(&composer.page(&member))
    }
}

/// One step, as the value of its button: `add:all`, `cut:all:1`, `attach:all:0:med_…`, `drop:all:0:med_…`,
/// `own:chn_…`, `share:chn_…`. What makes no sense changes nothing.
fn take(form: &mut ComposeForm, step: &str) {
    let words: Vec<&str> = step.split(':').collect();
    match words.as_slice() {
        ["add", group] => {
            if let Some(parts) = form.group(group) {
                parts.push(Part::default());
            }
        }
        ["cut", group, number] => {
            if let (Some(parts), Ok(number)) = (form.group(group), number.parse::<usize>())
                && parts.len() > 1
                && number < parts.len()
            {
                parts.remove(number);
            }
        }
        ["attach", group, number, file] => {
            if let (Some(part), Ok(file)) = (part(form, group, number), file.parse::<MediaId>())
                && !part.files.iter().any(|(known, _)| *known == file)
            {
                part.files.push((file, String::new()));
            }
        }
        ["drop", group, number, file] => {
            if let (Some(part), Ok(file)) = (part(form, group, number), file.parse::<MediaId>()) {
                part.files.retain(|(known, _)| *known != file);
            }
        }
        ["own", channel] => {
            if let Ok(channel) = channel.parse::<ChannelId>() {
                let shared = form.shared.clone();
                form.own.entry(channel).or_insert(shared);
            }
        }
        ["share", channel] => {
            if let Ok(channel) = channel.parse::<ChannelId>() {
                form.own.remove(&channel);
            }
        }
        _ => {}
    }
}

fn part<'a>(form: &'a mut ComposeForm, group: &str, number: &str) -> Option<&'a mut Part> {
    form.group(group)?.get_mut(number.parse::<usize>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> ComposeForm {
        let part = |text: &str| Part {
            text: text.into(),
            ..Part::default()
        };
        ComposeForm {
            shared: vec![part("a"), part("b")],
            ..ComposeForm::default()
        }
    }

    #[test]
    fn steps_change_the_shape_and_keep_what_was_typed() {
        let (channel, file) = (ChannelId::from_bits(1), MediaId::from_bits(2));
        let mut form = form();
        take(&mut form, "add:all");
        take(&mut form, "cut:all:0");
        take(&mut form, &format!("attach:all:0:{file}"));
        take(&mut form, &format!("attach:all:0:{file}"));
        take(&mut form, &format!("own:{channel}"));
        assert_eq!(
            form.shared
                .iter()
                .map(|part| part.text.as_str())
                .collect::<Vec<_>>(),
            ["b", ""]
        );
        assert_eq!(form.shared[0].files, [(file, String::new())]);
        assert_eq!(form.own[&channel], form.shared);
        take(&mut form, &format!("drop:{channel}:0:{file}"));
        assert!(form.own[&channel][0].files.is_empty());
        assert_eq!(form.shared[0].files.len(), 1);
        take(&mut form, &format!("share:{channel}"));
        assert!(form.own.is_empty());
    }

    #[test]
    fn steps_without_sense_change_nothing() {
        for step in [
            "",
            "cut:all:9",
            "cut:all:x",
            "add:nobody",
            "attach:all:0:chn_x",
            "fly",
        ] {
            let mut changed = form();
            take(&mut changed, step);
            assert_eq!(changed, form(), "{step}");
        }
        let mut single = ComposeForm {
            shared: vec![Part::default()],
            ..ComposeForm::default()
        };
        take(&mut single, "cut:all:0");
        assert_eq!(single.shared.len(), 1);
    }
}
