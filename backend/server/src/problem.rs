//! The one outward error: RFC 9457 `application/problem+json` with a stable code, a Chinese title
//! and the request's id.
//!
//! A handler returns a [`Problem`]; the outermost layer ([`render`]) writes it down once, in the
//! log and in the answer. What the server's own failures say is logged and never shown.

mod extract;
pub(crate) mod field;
mod render;
mod second_look;

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
use std::{borrow::Cow, error::Error, sync::Arc};

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
    /// The server failed.
    #[error("the server failed")]
    Internal(#[source] Arc<dyn Error + Send + Sync>),
}

impl Problem {
    /// Makes the problem of a failure that nobody outside can do anything about.
    pub fn internal(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(error.into().into())
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
            Self::Internal(_) => code::INTERNAL,
        }
    }

    /// What the person reads.
    #[must_use]
    pub fn title(&self) -> Cow<'_, str> {
        Cow::Borrowed(match self {
            Self::Unreadable { .. } => "请求无法识别",
            Self::Invalid { .. } => "填写的内容不符合要求",
            Self::NotSignedIn => "请先登录",
            Self::TokenInvalid => "登录凭证无效，请重新登录",
            Self::TokenExpired => "登录凭证已过期",
            Self::SessionOver => "登录已结束，请重新登录",
            Self::DeviceRevoked => {
                "此设备已停用；未上传的内容会交服务器隔离保存，如需继续使用请重新登录登记"
            }
            Self::AccountClosed => {
                "账号已停用；未上传的内容会交服务器隔离保存，如有疑问请联系管理员"
            }
            Self::RoleEnded => {
                "原岗位已撤销；未上传的内容会交服务器隔离保存，如有其他岗位请重新登录"
            }
            Self::PasswordChanged => "密码已更改，请用新密码重新登录；内容仍在本机",
            Self::WrongCredentials => "账号或密码错误",
            Self::RefreshInvalid => "登录已失效，请重新登录",
            Self::RefreshReused => "登录凭证被重复使用，为安全起见已退出登录",
            Self::BadSignature => "签名无效",
            Self::TooManyAttempts { .. } => "尝试次数过多，请稍后再试",
            Self::TooManyExchanges { .. } => "同步过于频繁，稍后会自动重试",
            Self::ExchangeRunning { .. } => "上一次同步尚未结束，稍后会自动重试",
            Self::Exchange(error) => return error.zh(),
            Self::ProtocolUnknown => "应用版本与服务器不匹配，请更新应用",
            Self::WrongDevice => "登录凭证属于另一台设备，请重新登录本机",
            Self::NotAllowed => "当前角色无权进行此操作",
            Self::NotFound => "未找到",
            Self::MethodNotAllowed => "不支持此请求方式",
            Self::UnknownSituation => "目录中没有此纠纷情形代码",
            Self::OrderDiffers => "同一外部编号已登记过不同的内容",
            Self::Stale => "案件情况已有变化，请刷新后再操作",
            Self::Refused(reason) => &reason.zh,
            Self::UploadVersion => "应用版本与服务器不匹配，请更新应用",
            Self::UploadOffset => "上传位置与服务器不一致，应用会自动续传",
            Self::UploadDiffers => "文件与证据记录的校验值不一致，请重新采集该证据",
            Self::Unstorable(_) => "内容含有无法保存的值，未予办理，请核对后重新填写",
            Self::TooLarge => "内容过大",
            Self::UnsupportedMedia => "不支持的内容类型",
            Self::TimedOut => "处理超时，请重试",
            Self::DatabaseAway(_) => {
                "数据库暂时不可用，请稍后再试；手机上的内容仍在本机，会自动重试"
            }
            Self::WorkersAway(_) => "系统暂时繁忙，请稍后再试；手机上的内容仍在本机，会自动重试",
            Self::LostRace(_) | Self::Unavailable(_) => "系统暂时繁忙，请稍后再试",
            Self::Internal(_) => "系统出错，请联系管理员并提供请求编号",
        })
    }

    /// More about this occurrence, where it may be said.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Unreadable { detail } | Self::Invalid { detail } => Some(detail),
            Self::UnknownSituation => Some("situation"),
            _ => None,
        }
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooManyAttempts { retry_after }
            | Self::TooManyExchanges { retry_after }
            | Self::ExchangeRunning { retry_after } => Some(*retry_after),
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
