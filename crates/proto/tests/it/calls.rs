//! Every method: what is asked arrives, and what is answered comes back.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::actor::Scope;
use postern_domain::channel::{ConnectAnswer, ConnectRequest, ConnectStep};
use postern_domain::id::{GroupId, KeyId, MediaId, RecurrenceId, SessionId};
use postern_domain::key::NewKey;
use postern_domain::manifest::ProviderId;
use postern_domain::media::MediaKind;
use postern_domain::pause::{CatchUp, PauseScope, Resumed};
use postern_domain::ports::*;
use postern_domain::post::{
    Created, IdempotencyKey, Intent, Page, PostEdit, PostQuery, PostRef, PostState, Resolution,
};
use postern_domain::publication::{Next, Step};
use postern_domain::recurrence::{Ahead, NewRecurrence, Reach, RecurrenceEdit, RecurrenceView};
use postern_domain::review::{Decision, Rejection};
use postern_domain::secret::Secret;
use postern_domain::time::Zone;
use postern_domain::value::Value;
use postern_proto::Client;

use crate::fake::{Call, Fake};
use crate::samples::*;
use crate::wiring::in_process;

fn wired() -> (Arc<Fake>, Client) {
    let fake = Arc::new(Fake::default());
    let client = in_process(Arc::clone(&fake) as Arc<dyn Backend>);
    (fake, client)
}

#[tokio::test]
async fn posts_are_written_and_read() {
    let (fake, client) = wired();
    let actor = actor();
    let key = IdempotencyKey {
        key: "k".into(),
        digest: "d".into(),
    };
    let created = client.create_post(&actor, new_post(), Some(key.clone())).await;
    let expected = Created {
        view: view(),
        replayed: true,
    };
    assert_eq!(created, Ok(expected));
    assert_eq!(client.preview_post(&actor, new_post()).await, Ok(previews()));
    for id in [PostRef::Post(post_id()), PostRef::Publication(publication_id())] {
        assert_eq!(client.post(&actor, id).await, Ok(view()));
    }
    let query = PostQuery {
        from: Some(at(1)),
        until: Some(at(2)),
        states: PostState::ALL.to_vec(),
        channel: Some(channel_id()),
        group: Some(GroupId::from_bits(4)),
        newest_first: true,
        limit: 500,
        cursor: Some("c".into()),
    };
    let page = Page {
        items: vec![view()],
        next: Some("next".into()),
    };
    for query in [query.clone(), PostQuery::default()] {
        assert_eq!(client.posts(&actor, query).await, Ok(page.clone()));
    }
    assert_eq!(client.attempts(&actor, publication_id()).await, Ok(attempts()));
    assert_eq!(client.find_slot(&actor, channel_id()).await, Ok(publish_at()));
    assert_eq!(client.punctuality(&actor, 30).await, Ok(punctuality()));
    let calls = vec![
        Call::CreatePost(actor.clone(), Box::new(new_post()), Some(key)),
        Call::PreviewPost(actor.clone(), Box::new(new_post())),
        Call::Post(actor.clone(), PostRef::Post(post_id())),
        Call::Post(actor.clone(), PostRef::Publication(publication_id())),
        Call::Posts(actor.clone(), query),
        Call::Posts(actor.clone(), PostQuery::default()),
        Call::Attempts(actor.clone(), publication_id()),
        Call::FindSlot(actor.clone(), channel_id()),
        Call::Punctuality(actor, 30),
    ];
    assert_eq!(fake.take_calls(), calls);
}

#[tokio::test]
async fn every_intent_arrives() {
    let (fake, client) = wired();
    let intents = [
        Intent::Draft(None),
        Intent::Draft(Some(publish_at())),
        Intent::Schedule {
            at: publish_at(),
            past_is_now: false,
        },
        Intent::Now,
        Intent::Queue,
    ];
    for intent in intents {
        let mut post = new_post();
        post.intent = intent;
        client.create_post(&actor(), post.clone(), None).await.unwrap();
        assert_eq!(
            fake.take_calls(),
            [Call::CreatePost(actor(), Box::new(post), None)]
        );
    }
}

#[tokio::test]
async fn the_plan_is_read_and_changed() {
    let (fake, client) = wired();
    let (actor, id) = (actor(), RecurrenceId::from_bits(21));
    let view = recurrence_view();
    let ended = RecurrenceView {
        next: None,
        ..view.clone()
    };
    assert_eq!(client.recurrences(&actor).await, Ok(vec![view.clone(), ended]));
    assert_eq!(client.recurrence(&actor, id).await, Ok(view.clone()));
    let date = rule().starts_on();
    assert_eq!(client.skip_occurrence(&actor, id, date).await, Ok(view.clone()));
    for ahead in [Ahead::Keep, Ahead::Discard] {
        assert_eq!(client.end_recurrence(&actor, id, ahead).await, Ok(view.clone()));
    }
    let advanced = Advanced {
        made: 3,
        next_at: Some(at(1)),
    };
    assert_eq!(client.advance_recurrences(9).await, Ok(advanced));
    let calls = vec![
        Call::Recurrences(actor.clone()),
        Call::Recurrence(actor.clone(), id),
        Call::SkipOccurrence(actor.clone(), id, date),
        Call::EndRecurrence(actor.clone(), id, Ahead::Keep),
        Call::EndRecurrence(actor.clone(), id, Ahead::Discard),
        Call::AdvanceRecurrences(9),
    ];
    assert_eq!(fake.take_calls(), calls);
    // What is empty is a change, what is absent is none.
    let edits = [
        RecurrenceEdit {
            expected_version: Some(2),
            reach: Reach::From(date),
            rule: Some(rule()),
            entries: Some(new_post().entries),
            targets: Some(new_post().targets),
            tags: Some(Vec::new()),
        },
        RecurrenceEdit {
            expected_version: None,
            reach: Reach::All,
            rule: None,
            entries: None,
            targets: Some(Vec::new()),
            tags: None,
        },
    ];
    for edit in edits {
        assert_eq!(
            client.update_recurrence(&actor, id, edit.clone()).await,
            Ok(view.clone())
        );
        let call = Call::UpdateRecurrence(actor.clone(), id, Box::new(edit));
        assert_eq!(fake.take_calls(), [call]);
    }
}

#[tokio::test]
async fn posts_are_moved_each_way() {
    let (fake, client) = wired();
    let span = Duration::from_mins(90);
    for by in [ShiftBy::Later(span), ShiftBy::Earlier(span), ShiftBy::NextSlots] {
        let shift = Shift {
            from: at(1),
            until: at(2),
            channels: vec![channel_id()],
            by,
            dry_run: by == ShiftBy::NextSlots,
        };
        assert_eq!(
            client.shift_posts(&actor(), shift.clone()).await,
            Ok(vec![shifted()])
        );
        assert_eq!(fake.take_calls(), [Call::ShiftPosts(actor(), shift)]);
    }
}

#[tokio::test]
async fn posts_are_changed() {
    let (fake, client) = wired();
    let (actor, id) = (actor(), PostRef::Post(post_id()));
    // What is empty is a change, what is absent is none.
    let edits = [
        PostEdit::default(),
        PostEdit {
            expected_version: Some(3),
            intent: Some(Intent::Now),
            entries: Some(new_post().entries),
            targets: Some(new_post().targets),
            tags: Some(vec!["a".into()]),
            recurrence: Some(NewRecurrence::EveryDays(7)),
        },
        PostEdit {
            expected_version: Some(0),
            intent: None,
            entries: Some(Vec::new()),
            targets: Some(Vec::new()),
            tags: Some(Vec::new()),
            recurrence: None,
        },
    ];
    for edit in edits {
        assert_eq!(client.update_post(&actor, id, edit.clone()).await, Ok(view()));
        let call = Call::UpdatePost(actor.clone(), id, Box::new(edit));
        assert_eq!(fake.take_calls(), [call]);
    }
    let publication = publication_id();
    assert_eq!(
        client.update_settings(&actor, publication, settings()).await,
        Ok(view())
    );
    assert_eq!(client.cancel_post(&actor, id).await, Ok(view()));
    assert_eq!(client.publish_post(&actor, id).await, Ok(view()));
    assert_eq!(client.retry_post(&actor, id).await, Ok(view()));
    let calls = vec![
        Call::UpdateSettings(actor.clone(), publication, settings()),
        Call::CancelPost(actor.clone(), id),
        Call::PublishPost(actor.clone(), id),
        Call::RetryPost(actor.clone(), id),
    ];
    assert_eq!(fake.take_calls(), calls);
    for decision in [Decision::Approve, Decision::Reject(Rejection("no logo".into()))] {
        let reviewed = client.review_post(&actor, id, decision.clone()).await;
        assert_eq!(reviewed, Ok(view()));
        let call = Call::ReviewPost(actor.clone(), id, decision);
        assert_eq!(fake.take_calls(), [call]);
    }
    for answer in [
        Resolution::Published { url: None },
        Resolution::Published {
            url: Some("https://example.org/1".into()),
        },
        Resolution::SendAgain,
    ] {
        let resolved = client.resolve_post(&actor, publication, answer.clone()).await;
        assert_eq!(resolved, Ok(view()));
        let call = Call::ResolvePost(actor.clone(), publication, answer);
        assert_eq!(fake.take_calls(), [call]);
    }
}

#[tokio::test]
async fn channels_are_read() {
    let (fake, client) = wired();
    let (actor, id, group) = (actor(), channel_id(), Some(GroupId::from_bits(4)));
    let both = vec![channel(), bare_channel()];
    assert_eq!(client.channels(&actor, group).await, Ok(both.clone()));
    assert_eq!(client.channels(&actor, None).await, Ok(both));
    assert_eq!(client.channel(&actor, id).await, Ok(channel()));
    assert_eq!(client.groups(&actor).await, Ok(groups()));
    let missing = [Some(problem()), None].into_iter().cycle();
    let providers: Vec<_> = manifests().into_iter().zip(missing).collect();
    assert_eq!(client.providers().await, Ok(providers));
    let manifest = manifests().remove(0);
    assert_eq!(client.channel_manifest(&actor, id).await, Ok(manifest));
    assert_eq!(client.slots(&actor, id).await, Ok(slots()));
    let calls = vec![
        Call::Channels(actor.clone(), group),
        Call::Channels(actor.clone(), None),
        Call::Channel(actor.clone(), id),
        Call::Groups(actor.clone()),
        Call::Providers,
        Call::ChannelManifest(actor.clone(), id),
        Call::Slots(actor.clone(), id),
    ];
    assert_eq!(fake.take_calls(), calls);
}

#[tokio::test]
async fn channels_are_connected_and_changed() {
    let (fake, client) = wired();
    let (actor, id) = (actor(), channel_id());
    let mut request = ConnectRequest {
        provider: ProviderId::of("mastodon"),
        fields: settings(),
        reconnect: None,
    };
    let redirect = ConnectStep::Redirect {
        url: "https://example.org/oauth".into(),
        state: "state".into(),
    };
    assert_eq!(client.connect(&actor, request.clone()).await, Ok(redirect));
    let first = Call::Connect(actor.clone(), request.clone());
    request.reconnect = Some(id);
    let done = ConnectStep::Done(Box::new(channel()));
    assert_eq!(client.connect(&actor, request.clone()).await, Ok(done));
    assert_eq!(fake.take_calls(), [first, Call::Connect(actor.clone(), request)]);
    for (code, error) in [(Some("code"), None), (None, Some("access_denied"))] {
        let answer = ConnectAnswer {
            state: "state".into(),
            code: code.map(Secret::new),
            error: error.map(str::to_owned),
        };
        let provider = ProviderId::of("x");
        let connected = client.finish_connect(provider.clone(), answer.clone()).await;
        assert_eq!(connected, Ok(channel()));
        assert_eq!(fake.take_calls(), [Call::FinishConnect(provider, answer)]);
    }
    for change in [
        ChannelChange::Disabled(true),
        ChannelChange::Disabled(false),
        ChannelChange::Group(Some("a brand".into())),
        ChannelChange::Group(None),
    ] {
        let changed = client.change_channel(&actor, id, change.clone()).await;
        assert_eq!(changed, Ok(bare_channel()));
        assert_eq!(
            fake.take_calls(),
            [Call::ChangeChannel(actor.clone(), id, change)]
        );
    }
    assert_eq!(client.remove_channel(&actor, id).await, Ok(()));
    assert_eq!(client.set_slots(&actor, id, slots()).await, Ok(()));
    let help = HelperCall {
        channel: id,
        helper: "boards".into(),
        arguments: settings(),
    };
    assert_eq!(
        client.help(&actor, help.clone()).await,
        Ok(Value::Map(settings()))
    );
    let calls = vec![
        Call::RemoveChannel(actor.clone(), id),
        Call::SetSlots(actor.clone(), id, slots()),
        Call::Help(actor, help),
    ];
    assert_eq!(fake.take_calls(), calls);
}

#[tokio::test]
async fn files_are_kept() {
    let (fake, client) = wired();
    let (actor, id) = (actor(), MediaId::from_bits(3));
    let request = UploadRequest {
        name: "cat.png".into(),
        bytes: Some(7),
    };
    let ticket = UploadTicket {
        url: "http://localhost:5000/api/uploads/1?token=t".into(),
        expires_at: at(40),
    };
    assert_eq!(client.begin_upload(&actor, request.clone()).await, Ok(ticket));
    let url = "https://example.org/cat.png".to_owned();
    assert_eq!(client.import_media(&actor, url.clone(), true).await, Ok(media()));
    assert_eq!(client.media(&actor, id).await, Ok(media()));
    let query = MediaQuery {
        kind: Some(MediaKind::Gif),
        search: Some("cat".into()),
        limit: 200,
        cursor: Some("c".into()),
    };
    let page = Page {
        items: vec![media()],
        next: None,
    };
    for query in [query.clone(), MediaQuery::default()] {
        assert_eq!(client.list_media(&actor, query).await, Ok(page.clone()));
    }
    let alt = Some("a cat".to_owned());
    assert_eq!(client.describe_media(&actor, id, alt.clone()).await, Ok(media()));
    assert_eq!(client.describe_media(&actor, id, None).await, Ok(media()));
    assert_eq!(client.remove_media(&actor, id).await, Ok(()));
    let calls = vec![
        Call::BeginUpload(actor.clone(), request),
        Call::ImportMedia(actor.clone(), url, true),
        Call::Media(actor.clone(), id),
        Call::ListMedia(actor.clone(), query),
        Call::ListMedia(actor.clone(), MediaQuery::default()),
        Call::DescribeMedia(actor.clone(), id, alt),
        Call::DescribeMedia(actor.clone(), id, None),
        Call::RemoveMedia(actor, id),
    ];
    assert_eq!(fake.take_calls(), calls);
}

#[tokio::test]
async fn addresses_of_files_need_no_call() {
    let (fake, client) = wired();
    let url = client.media_url(&media());
    assert_eq!(url, "https://media.example.org/uploads/2026/11/20/cat.mp4");
    assert_eq!(fake.take_calls(), []);
}

#[tokio::test]
async fn keys_are_made_and_used() {
    let (fake, client) = wired();
    let (actor, id) = (actor(), KeyId::from_bits(2));
    let new = NewKey {
        name: "a script".into(),
        scopes: vec![Scope::Admin],
        expires_at: Some(at(1)),
    };
    let created = client.create_key(&actor, new.clone()).await.unwrap();
    assert_eq!(created.key, key());
    assert_eq!(created.text.reveal(), "ptz_text");
    assert_eq!(client.keys(&actor).await, Ok(vec![key()]));
    assert_eq!(client.revoke_key(&actor, id).await, Ok(()));
    let text = Secret::new("ptz_text");
    assert_eq!(client.authenticate(text.clone()).await, Ok(actor.clone()));
    let ttl = Duration::from_millis(1500);
    assert_eq!(client.claim_once(&actor, "token".into(), ttl).await, Ok(true));
    let calls = vec![
        Call::CreateKey(actor.clone(), new),
        Call::Keys(actor.clone()),
        Call::RevokeKey(actor.clone(), id),
        Call::Authenticate(text),
        Call::ClaimOnce(actor, "token".into(), ttl),
    ];
    assert_eq!(fake.take_calls(), calls);
}

#[tokio::test]
async fn people_come_and_go() {
    let (fake, client) = wired();
    let (actor, token) = (actor(), Secret::new("session-token"));
    let account = NewAccount {
        email: "somebody@example.org".into(),
        password: Secret::new("correct horse"),
        name: "Somebody".into(),
        workspace: "A workspace".into(),
        zone: Zone::parse("America/New_York").unwrap(),
        user_agent: "a browser".into(),
    };
    let login = Login {
        email: "somebody@example.org".into(),
        password: Secret::new("correct horse"),
        user_agent: "a browser".into(),
    };
    assert_eq!(client.sign_up(account.clone()).await, Ok(signed_in()));
    assert_eq!(client.log_in(login.clone()).await, Ok(signed_in()));
    let known = (actor.clone(), person(), workspace());
    assert_eq!(client.session(token.clone()).await, Ok(known));
    assert_eq!(client.log_out(token.clone()).await, Ok(()));
    assert_eq!(client.sessions(&actor).await, Ok(vec![session()]));
    let id = SessionId::from_bits(6);
    assert_eq!(client.end_session(&actor, id).await, Ok(()));
    let (old, new) = (Secret::new("old"), Secret::new("new"));
    let changed = client.change_password(&actor, old.clone(), new.clone()).await;
    assert_eq!(changed, Ok(()));
    assert_eq!(client.workspace(&actor).await, Ok(workspace()));
    let change = WorkspaceChange {
        name: Some("Another".into()),
        zone: Some(Zone::utc()),
        lateness: Some(Duration::ZERO),
    };
    for change in [change.clone(), WorkspaceChange::default()] {
        assert_eq!(client.change_workspace(&actor, change).await, Ok(workspace()));
    }
    let calls = vec![
        Call::SignUp(account),
        Call::LogIn(login),
        Call::Session(token.clone()),
        Call::LogOut(token),
        Call::Sessions(actor.clone()),
        Call::EndSession(actor.clone(), id),
        Call::ChangePassword(actor.clone(), old, new),
        Call::Workspace(actor.clone()),
        Call::ChangeWorkspace(actor.clone(), change),
        Call::ChangeWorkspace(actor, WorkspaceChange::default()),
    ];
    assert_eq!(fake.take_calls(), calls);
}

#[tokio::test]
async fn work_is_given_out_and_reported() {
    let (fake, client) = wired();
    assert_eq!(client.release_due(5).await, Ok(17));
    assert_eq!(client.next_due().await, Ok(Some(at(41))));
    let leases = vec![lease(), lease()];
    assert_eq!(client.claim("worker-1", leases.clone()).await, Ok(claimed()));
    assert_eq!(client.extend(leases.clone()).await, Ok(vec![lease()]));
    let step = Step("{}".into());
    assert_eq!(client.save_step(lease(), step.clone()).await, Ok(()));
    let armings = vec![(lease(), step.clone())];
    assert_eq!(client.arm(armings.clone()).await, Ok(vec![Some(armed()), None]));
    let next = vec![Some(Next::Entry(0)), Some(Next::Stop), None];
    assert_eq!(client.report(reports()).await, Ok(next));
    let id = channel_id();
    assert_eq!(client.fresh_credential(id, 9).await, Ok(Some(credential())));
    assert_eq!(client.fresh_credential(id, 0).await, Ok(None));
    assert_eq!(client.refresh_grants(6).await, Ok(18));
    assert_eq!(client.clean_up().await, Ok(19));
    let calls = vec![
        Call::ReleaseDue(5),
        Call::NextDue,
        Call::Claim("worker-1".into(), leases.clone()),
        Call::Extend(leases),
        Call::SaveStep(lease(), step),
        Call::Arm(armings),
        Call::Report(reports()),
        Call::FreshCredential(id, 9),
        Call::FreshCredential(id, 0),
        Call::RefreshGrants(6),
        Call::CleanUp,
    ];
    assert_eq!(fake.take_calls(), calls);
}

#[tokio::test]
async fn pauses_and_dead_letters_come_through() {
    let (fake, client) = wired();
    let scope = PauseScope::Channel(channel_id());
    let resumed = Resumed {
        released: 3,
        missed: 2,
        more: true,
    };
    assert_eq!(client.pauses(&actor()).await, Ok(pauses()));
    assert_eq!(client.may_pause(&actor(), scope).await, Ok(true));
    assert_eq!(client.pause(&actor(), scope).await, Ok(pause(scope)));
    let mut calls = vec![
        Call::Pauses(actor()),
        Call::MayPause(actor(), scope),
        Call::Pause(actor(), scope),
    ];
    for catch_up in CatchUp::ALL {
        let scope = PauseScope::Instance;
        assert_eq!(client.resume(&actor(), scope, catch_up).await, Ok(resumed));
        calls.push(Call::Resume(actor(), scope, catch_up));
    }
    assert_eq!(client.dead_letters(&actor()).await, Ok(dead_letters()));
    calls.push(Call::DeadLetters(actor()));
    for letter in dead_letters() {
        assert_eq!(client.replay(&actor(), letter.id).await, Ok(()));
        calls.push(Call::Replay(actor(), letter.id));
    }
    assert_eq!(fake.take_calls(), calls);
}

#[tokio::test]
async fn the_instance_tells_about_itself() {
    let (fake, client) = wired();
    assert_eq!(client.info().await, Ok(info()));
    assert_eq!(client.alerts(&actor()).await, Ok(alerts()));
    let checks = vec![
        ("database".to_owned(), Ok(())),
        ("bus".to_owned(), Err("refused".to_owned())),
    ];
    assert_eq!(client.ready().await, Ok(checks));
    assert_eq!(
        fake.take_calls(),
        [Call::Info, Call::Alerts(actor()), Call::Ready]
    );
}
