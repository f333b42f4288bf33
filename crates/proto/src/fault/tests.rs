use super::*;

#[test]
fn every_noun_arrives() {
    for what in NOUNS {
        let id = "1".to_owned();
        for sent in [
            BackendError::NotFound { what, id },
            BackendError::Unavailable { what },
        ] {
            assert_eq!(error(&status(sent.clone())), sent);
        }
    }
    let strange = BackendError::Unavailable { what: "weather" };
    let arrived = BackendError::Unavailable { what: OTHER };
    assert_eq!(error(&status(strange)), arrived);
}

#[test]
fn the_code_fits_the_error() {
    let problem = || {
        let code = postern_domain::Code::NoChannel;
        postern_domain::Problem::new(code, "", "", "")
    };
    for (error, code) in [
        (BackendError::refused(problem()), Code::InvalidArgument),
        (BackendError::Conflict(problem()), Code::FailedPrecondition),
        (BackendError::not_found("post", 1), Code::NotFound),
        (BackendError::Unauthenticated, Code::Unauthenticated),
        (BackendError::Internal, Code::Internal),
    ] {
        assert_eq!(status(error).code(), code);
    }
}

#[test]
fn without_details_the_backend_was_not_reached_or_did_not_understand() {
    let away = BackendError::Unavailable { what: "backend" };
    for (code, expected) in [
        (Code::Unavailable, away.clone()),
        (Code::DeadlineExceeded, away.clone()),
        (Code::Cancelled, away.clone()),
        (Code::Unknown, away.clone()),
        (Code::Unauthenticated, away),
        (Code::Unimplemented, BackendError::Internal),
        (Code::InvalidArgument, BackendError::Internal),
        (Code::OutOfRange, BackendError::Internal),
        (Code::Internal, BackendError::Internal),
    ] {
        assert_eq!(error(&Status::new(code, "")), expected, "{code:?}");
    }
}

#[test]
fn a_connection_that_broke_is_not_a_defect() {
    let broken = std::io::Error::other("reset");
    let mut status = Status::internal("h2");
    status.set_source(std::sync::Arc::new(broken));
    let away = BackendError::Unavailable { what: "backend" };
    assert_eq!(error(&status), away);
}

#[test]
fn details_that_are_not_understood_are_a_defect() {
    let unknown_kind = v1::ErrorDetail {
        kind: 99,
        ..v1::ErrorDetail::default()
    };
    let unknown_code = v1::ErrorDetail {
        kind: ErrorKind::Refused.into(),
        problems: vec![v1::Problem::default()],
        ..v1::ErrorDetail::default()
    };
    for details in [
        unknown_kind.encode_to_vec(),
        unknown_code.encode_to_vec(),
        vec![0xff],
    ] {
        let status = Status::with_details(Code::InvalidArgument, "", details.into());
        assert_eq!(error(&status), BackendError::Internal);
    }
}
