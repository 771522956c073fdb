//! The one outward error: RFC 9457 `application/problem+json` with a stable code, a Chinese title
//! and the request's id.
//!
//! A handler returns a [`Problem`]; the outermost layer ([`render`]) writes it down once, in the
//! log and in the answer. What the server's own failures say is logged and never shown.

mod extract;
pub(crate) mod field;
mod render;
mod second_look;
mod title;
mod words;

pub(crate) use extract::of_json;
pub use extract::{Json, Path, PhoneJson, Query};
pub use hejie_wire::problem::MEDIA_TYPE;
pub(crate) use render::ProblemView;
pub use render::render;
pub use second_look::SecondLook;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use hejie_case::reason::{Explain, Reason};
use hejie_registry::error::{LosesRaces, RegistryError};
use hejie_wire::{code, codec::BodyError};
use std::{error::Error, sync::Arc};

/// Why a request was not done.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The request cannot be read.
    #[error("the request cannot be read")]
    Unreadable {
        /// What the reader said, for the developer of the client.
        detail: String,
    },
    /// The request can be read and says something that cannot be.
    #[error("the request is not valid")]
    Invalid {
        /// Which field, and why.
        detail: String,
    },
    /// There is no access token.
    #[error("not signed in")]
    NotSignedIn,
    /// The access token is not one of ours.
    #[error("the access token is not valid")]
    TokenInvalid,
    /// The access token is too old: refresh it.
    #[error("the access token has expired")]
    TokenExpired,
    /// The session is over: sign in again.
    #[error("the session is over")]
    SessionOver,
    /// The phone was taken out of service: it must forget everything.
    #[error("the device is revoked")]
    DeviceRevoked,
    /// The account was closed. Said to whoever shows a token of it, never to whoever tries a
    /// password.
    #[error("the account is closed")]
    AccountClosed,
    /// The role of the session was taken away.
    #[error("the role has ended")]
    RoleEnded,
    /// The password was replaced, which ends every session.
    #[error("the password was replaced")]
    PasswordChanged,
    /// Login or password is wrong; which of them is not said.
    #[error("login or password is wrong")]
    WrongCredentials,
    /// The refresh token is unknown or too old.
    #[error("the refresh token is not valid")]
    RefreshInvalid,
    /// The refresh token was used a second time; its session is over.
    #[error("the refresh token was used twice")]
    RefreshReused,
    /// The signature of a channel is not right, or its time is not now.
    #[error("the signature of the channel is not valid")]
    BadSignature,
    /// Too many attempts.
    #[error("too many attempts")]
    TooManyAttempts {
        /// After how many seconds the next one may succeed.
        retry_after: u64,
    },
    /// A phone exchanges too often.
    #[error("too many exchanges")]
    TooManyExchanges {
        /// After how many seconds the next one may succeed.
        retry_after: u64,
    },
    /// Another exchange of the same phone or person is on its way.
    #[error("another exchange is running")]
    ExchangeRunning {
        /// After how many seconds the next one may succeed.
        retry_after: u64,
    },
    /// The body of an exchange is no message of it.
    #[error("the body is no message of the exchange")]
    Exchange(#[source] BodyError),
    /// The phone speaks a version of the exchange that this server does not.
    #[error("unknown version of the exchange")]
    ProtocolUnknown,
    /// The request names another phone than its token.
    #[error("the token belongs to another device")]
    WrongDevice,
    /// The role may not do this.
    #[error("not allowed in this role")]
    NotAllowed,
    /// There is no such thing, or not for this person.
    #[error("not found")]
    NotFound,
    /// There is no such method here.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// A situation code that the catalogue does not have.
    #[error("unknown situation")]
    UnknownSituation,
    /// The same external number with another content.
    #[error("an order with this number and another content is known")]
    OrderDiffers,
    /// What was seen when deciding is no longer so.
    #[error("the facts have moved on")]
    Stale,
    /// A rule of the case refused what was asked.
    #[error("refused by rule {0}")]
    Refused(Reason),
    /// The upload does not speak our version of tus.
    #[error("not the version of uploads")]
    UploadVersion,
    /// The part does not begin where the upload stands, or goes beyond its end.
    #[error("the part does not fit the upload")]
    UploadOffset,
    /// The file is not the one that the evidence names.
    #[error("the file is not the one of the evidence")]
    UploadDiffers,
    /// No column takes what the request says. Known bounds are checked before; this is what they
    /// missed.
    #[error("the registry does not take a value of the request")]
    Unstorable(#[source] Arc<RegistryError>),
    /// The body is larger than is read here.
    #[error("the request is too large")]
    TooLarge,
    /// The body is of a kind that is not read here.
    #[error("the media type is not supported")]
    UnsupportedMedia,
    /// It took too long.
    #[error("the request took too long")]
    TimedOut,
    /// The database is away for a moment. What was committed before stays.
    #[error("the database is away")]
    DatabaseAway(#[source] Arc<dyn Error + Send + Sync>),
    /// The transaction lost one race against others after the other.
    #[error("others wrote the same at the same time")]
    LostRace(#[source] Arc<RegistryError>),
    /// The processes that look at changes are all busy or away.
    #[error("no worker is free")]
    WorkersAway(#[source] Arc<dyn Error + Send + Sync>),
    /// Too much is going on, or the database is away for a moment.
    #[error("unavailable for the moment")]
    Unavailable(#[source] Option<Arc<dyn Error + Send + Sync>>),
    /// A danger that was reported could not be kept: nobody was told of it.
    #[error("a danger was not kept")]
    DangerNotKept(#[source] Box<Problem>),
    /// The server failed.
    #[error("the server failed")]
    Internal(#[source] Arc<dyn Error + Send + Sync>),
}

impl Problem {
    /// Makes the problem of a failure that nobody outside can do anything about.
    pub fn internal(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(error.into().into())
    }

    /// Of a danger that somebody reported: where the server is to blame that it was not kept, they
    /// are told to call the police themselves.
    #[must_use]
    pub fn of_danger(self) -> Self {
        match self.status().is_server_error() || matches!(self, Self::TimedOut) {
            true => Self::DangerNotKept(Box::new(self)),
            false => self,
        }
    }

    /// What of a request is not valid, beginning with the field.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::Invalid {
            detail: detail.into(),
        }
    }

    /// A refusal with a code of its own, and a Chinese sentence that says what to do.
    #[must_use]
    pub fn refused(code: &str, zh: &str) -> Self {
        Self::Refused(Reason::new(code, zh))
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Unreadable { .. } => StatusCode::BAD_REQUEST,
            Self::NotSignedIn
            | Self::TokenInvalid
            | Self::TokenExpired
            | Self::SessionOver
            | Self::DeviceRevoked
            | Self::AccountClosed
            | Self::RoleEnded
            | Self::PasswordChanged
            | Self::WrongCredentials
            | Self::RefreshInvalid
            | Self::RefreshReused
            | Self::BadSignature => StatusCode::UNAUTHORIZED,
            Self::NotAllowed | Self::WrongDevice => StatusCode::FORBIDDEN,
            Self::Exchange(BodyError::TooLarge { .. } | BodyError::TooMany { .. }) => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::Exchange(BodyError::UnknownEncoding) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Exchange(_) | Self::ProtocolUnknown => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TimedOut => StatusCode::REQUEST_TIMEOUT,
            Self::OrderDiffers
            | Self::Stale
            | Self::Refused(_)
            | Self::UploadOffset
            | Self::UploadDiffers => StatusCode::CONFLICT,
            Self::UploadVersion => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid { .. } | Self::UnknownSituation | Self::Unstorable(_) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::TooManyAttempts { .. }
            | Self::TooManyExchanges { .. }
            | Self::ExchangeRunning { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::DatabaseAway(_)
            | Self::LostRace(_)
            | Self::WorkersAway(_)
            | Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::DangerNotKept(why) => why.status(),
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stable code on which a client may act.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Unreadable { .. } => code::UNREADABLE,
            Self::Invalid { .. } => code::INVALID,
            Self::NotSignedIn => code::NOT_SIGNED_IN,
            Self::TokenInvalid => code::TOKEN_INVALID,
            Self::TokenExpired => code::TOKEN_EXPIRED,
            Self::SessionOver => code::SESSION_OVER,
            Self::DeviceRevoked => code::DEVICE_REVOKED,
            Self::AccountClosed => code::ACCOUNT_CLOSED,
            Self::RoleEnded => code::ROLE_ENDED,
            Self::PasswordChanged => code::PASSWORD_CHANGED,
            Self::WrongCredentials => code::WRONG_CREDENTIALS,
            Self::RefreshInvalid => code::REFRESH_INVALID,
            Self::RefreshReused => code::REFRESH_REUSED,
            Self::BadSignature => "bad_signature",
            Self::TooManyAttempts { .. } => code::TOO_MANY_ATTEMPTS,
            Self::TooManyExchanges { .. } => code::TOO_MANY_EXCHANGES,
            Self::ExchangeRunning { .. } => code::EXCHANGE_RUNNING,
            Self::Exchange(error) => error.code(),
            Self::ProtocolUnknown => code::PROTOCOL_UNKNOWN,
            Self::WrongDevice => code::WRONG_DEVICE,
            Self::NotAllowed => code::NOT_ALLOWED,
            Self::NotFound => code::NOT_FOUND,
            Self::MethodNotAllowed => "method_not_allowed",
            Self::UnknownSituation => "unknown_situation",
            Self::OrderDiffers => "order_differs",
            Self::Stale => code::STALE,
            Self::Refused(reason) => &reason.code,
            Self::UploadVersion => code::UPLOAD_VERSION,
            Self::UploadOffset => code::UPLOAD_OFFSET,
            Self::UploadDiffers => code::UPLOAD_DIFFERS,
            Self::Unstorable(_) => code::UNSTORABLE,
            Self::TooLarge => code::TOO_LARGE,
            Self::UnsupportedMedia => "unsupported_media",
            Self::TimedOut => code::TIMED_OUT,
            Self::DatabaseAway(_) => code::DATABASE_AWAY,
            Self::WorkersAway(_) => code::WORKERS_AWAY,
            Self::LostRace(_) | Self::Unavailable(_) => code::UNAVAILABLE,
            Self::DangerNotKept(why) => why.code(),
            Self::Internal(_) => code::INTERNAL,
        }
    }

    /// More about this occurrence, where it may be said.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Unreadable { detail } | Self::Invalid { detail } => Some(detail),
            Self::UnknownSituation => {
                Some("situation: 目录中没有此纠纷情形代码，请核对后重新填写。")
            }
            _ => None,
        }
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooManyAttempts { retry_after }
            | Self::TooManyExchanges { retry_after }
            | Self::ExchangeRunning { retry_after } => Some(*retry_after),
            Self::DangerNotKept(why) => why.retry_after(),
            Self::DatabaseAway(_)
            | Self::LostRace(_)
            | Self::WorkersAway(_)
            | Self::Unavailable(_) => Some(2),
            _ => None,
        }
    }
}

impl From<RegistryError> for Problem {
    fn from(error: RegistryError) -> Self {
        if error.is_lost_race() {
            Self::LostRace(Arc::new(error))
        } else if error.is_passing() {
            Self::DatabaseAway(Arc::new(error))
        } else if error.is_data() {
            Self::Unstorable(Arc::new(error))
        } else {
            Self::Internal(Arc::new(error))
        }
    }
}

impl LosesRaces for Problem {
    fn lost_race(&self) -> bool {
        matches!(self, Self::LostRace(_))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}
