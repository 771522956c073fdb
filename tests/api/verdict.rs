//! What a phone does about every problem that the server can answer it with: decided for each, and
//! final for none that passes.

use axum::http::StatusCode;
use hejie_case::{
    identity::{BadIdentity, BadTelephone},
    reason::Explain,
};
use hejie_registry::error::RegistryError;
use hejie_server::problem::Problem;
use hejie_wire::{
    code::PROBLEMS,
    codec::{self, BodyError, Encoding},
    problem::{Verdict, verdict},
};
use std::{collections::BTreeSet, fs, io, path::Path};

/// A row for each kind of problem: its pattern, examples, and what a phone does; none where no door
/// of a phone answers it. There is no pattern for the rest, so that whoever adds a kind decides.
macro_rules! rows {
    ($($pattern:pat, $examples:expr, $verdict:expr;)*) => {
        fn rows() -> Vec<(Vec<Problem>, Option<Verdict>)> {
            vec![$((Vec::from($examples), $verdict)),*]
        }
        /// Does not compile where a row is missing.
        #[expect(dead_code, reason = "only its patterns count")]
        fn is_listed(problem: &Problem) {
            match problem {
                $($pattern => {})*
            }
        }
    };
}

use Problem as P;
use Verdict::{Early, Final, Revoked, SignIn, Update, Wait};

rows! {
    P::Unreadable { .. }, [P::Unreadable { detail: String::new() }], Some(Wait);
    P::Invalid { .. }, [P::Invalid { detail: String::new() }], Some(Final);
    P::NotSignedIn, [P::NotSignedIn], Some(SignIn);
    P::TokenInvalid, [P::TokenInvalid], Some(SignIn);
    P::TokenExpired, [P::TokenExpired], Some(SignIn);
    P::SessionOver, [P::SessionOver], Some(SignIn);
    P::DeviceRevoked, [P::DeviceRevoked], Some(Revoked);
    P::AccountClosed, [P::AccountClosed], Some(Revoked);
    P::RoleEnded, [P::RoleEnded], Some(Revoked);
    P::PasswordChanged, [P::PasswordChanged], Some(SignIn);
    P::WrongCredentials, [P::WrongCredentials], Some(SignIn);
    P::RefreshInvalid, [P::RefreshInvalid], Some(SignIn);
    P::RefreshReused, [P::RefreshReused], Some(SignIn);
    P::BadSignature, [P::BadSignature], None;
    P::TooManyAttempts { .. }, [P::TooManyAttempts { retry_after: 1 }], Some(Wait);
    P::TooManyExchanges { .. }, [P::TooManyExchanges { retry_after: 1 }], Some(Wait);
    P::ExchangeRunning { .. }, [P::ExchangeRunning { retry_after: 1 }], Some(Wait);
    P::Exchange(_), bodies(), Some(Wait);
    P::ProtocolUnknown, [P::ProtocolUnknown], Some(Update);
    P::WrongDevice, [P::WrongDevice], Some(SignIn);
    P::NotAllowed, [P::NotAllowed], Some(Final);
    P::NotFound, [P::NotFound], Some(Early);
    P::MethodNotAllowed, [P::MethodNotAllowed], None;
    P::UnknownSituation, [P::UnknownSituation], None;
    P::OrderDiffers, [P::OrderDiffers], None;
    P::Stale, [P::Stale], None;
    P::Refused(_), refusals(), Some(Final);
    P::UploadVersion, [P::UploadVersion], Some(Update);
    P::UploadOffset, [P::UploadOffset], Some(Verdict::Again);
    P::UploadDiffers, [P::UploadDiffers], Some(Final);
    P::Unstorable(_), [P::Unstorable(registry().into())], Some(Final);
    P::TooLarge, [P::TooLarge], Some(Final);
    P::UnsupportedMedia, [P::UnsupportedMedia], None;
    P::TimedOut, [P::TimedOut], Some(Wait);
    P::DatabaseAway(_), [P::DatabaseAway(failure().into())], Some(Wait);
    P::LostRace(_), [P::LostRace(registry().into())], Some(Wait);
    P::WorkersAway(_), [P::WorkersAway(failure().into())], Some(Wait);
    P::Unavailable(_), [P::Unavailable(None)], Some(Wait);
    P::DangerNotKept(_), [P::DatabaseAway(failure().into()).of_danger()], Some(Wait);
    P::Internal(_), [P::internal(failure())], Some(Wait);
}

fn failure() -> Box<dyn std::error::Error + Send + Sync> {
    "it failed".into()
}

fn registry() -> RegistryError {
    RegistryError::in_column("deposit", "size")("odd")
}

/// Every way in which a body is not a message; that one cannot be written down is said to nobody.
fn bodies() -> Vec<Problem> {
    let no_message = codec::decode_up(Encoding::Identity, &[0x01]).unwrap_err();
    assert!(matches!(no_message, BodyError::Message(_)), "{no_message}");
    let all = [
        BodyError::TooLarge { limit: 1 },
        BodyError::UnknownEncoding,
        BodyError::Compression(io::Error::other("no frame")),
        BodyError::Shape("too deep"),
        no_message,
        BodyError::TooMany {
            what: "cases",
            limit: 1,
        },
    ];
    all.into_iter().map(Problem::Exchange).collect()
}

/// What is refused for good with a code of its own.
fn refusals() -> Vec<Problem> {
    let own = [
        "not_a_member",
        "identity_destroyed",
        "identity_newer",
        "identity_unreadable",
        "sealing_key_unknown",
    ];
    let of_fields = [
        BadIdentity::NameMissing,
        BadIdentity::TooLong,
        BadIdentity::Unprintable,
        BadIdentity::IdNumber,
        BadIdentity::Telephone(BadTelephone::Length),
    ];
    let codes = own.into_iter().chain(of_fields.map(|bad| bad.code()));
    codes.map(|code| Problem::refused(code, "")).collect()
}

#[test]
fn a_phone_knows_what_to_do_about_every_problem_that_it_is_answered_with() {
    for (examples, wanted) in rows() {
        for problem in examples {
            assert_eq!(verdict(problem.code()), wanted, "{}", problem.code());
        }
    }
    for (code, wanted) in [
        ("party_unknown", Early),
        ("evidence_unknown", Early),
        ("still_in_service", Wait),
        ("sealing_key_absent", Wait),
    ] {
        assert_eq!(verdict(code), Some(wanted), "{code}");
    }
}

#[test]
fn nothing_that_passes_ends_anything() {
    let passing = [
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::BAD_REQUEST,
        StatusCode::UNAUTHORIZED,
    ];
    for problem in rows().into_iter().flat_map(|(examples, _)| examples) {
        let (code, status) = (problem.code(), problem.status());
        if status.is_server_error() || passing.contains(&status) {
            assert!(
                !matches!(verdict(code), Some(Final | Early)),
                "{code}, {status}"
            );
        }
    }
}

#[test]
fn the_table_holds_no_code_that_no_server_answers() {
    let mut answered: BTreeSet<String> = rows()
        .into_iter()
        .flat_map(|(examples, _)| examples)
        .map(|problem| problem.code().to_owned())
        .collect();
    let own = [
        "party_unknown",
        "evidence_unknown",
        "still_in_service",
        "sealing_key_absent",
    ];
    answered.extend(own.map(str::to_owned));
    for (code, _) in PROBLEMS {
        assert!(answered.contains(*code), "{code}");
    }
}

/// Where phones knock; nobody refuses there with a code of its own that they do not know.
const DOORS: [&str; 5] = [
    "exchange",
    "api/exchange",
    "api/files/upload.rs",
    "api/secrets/receive.rs",
    "access/reach.rs",
];

#[test]
fn every_refusal_at_a_door_of_phones_is_one_that_they_know() {
    let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend/server/src");
    let mut found = BTreeSet::new();
    for door in DOORS {
        refusals_in(&server.join(door), &mut found);
    }
    assert!(
        found.contains("still_in_service") && found.contains("identity_newer"),
        "{found:?}"
    );
    for code in found {
        assert!(verdict(&code).is_some(), "{code}");
    }
}

fn refusals_in(place: &Path, found: &mut BTreeSet<String>) {
    if place.is_dir() {
        for entry in fs::read_dir(place).unwrap() {
            refusals_in(&entry.unwrap().path(), found);
        }
        return;
    }
    let text = fs::read_to_string(place).unwrap();
    for call in text.split("Problem::refused(").skip(1) {
        let constant = call.trim_start().strip_prefix("code::");
        let name = constant.unwrap_or_else(|| panic!("{}: a literal", place.display()));
        let name = name.split(',').next().unwrap();
        found.insert(name.to_lowercase());
    }
}
