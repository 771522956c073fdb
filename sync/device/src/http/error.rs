//! What can come back instead of an answer, sorted by what a person and an app can do about it.
//!
//! A refusal counts only as a problem of the server's own ([`hejie_wire::problem`]); whatever else
//! answers in its name, be it a captive portal, a proxy or a broken line, is a [`LineFault`]:
//! everything stays as it was, and is tried again.

use hejie_case::reason::{Explain, Reason};
use hejie_wire::{
    code,
    problem::{self, Verdict},
};
use serde::Deserialize;
use std::{borrow::Cow, error::Error, io, time::Duration};

/// After how long to try again when a server in trouble does not say.
const LATER: Duration = Duration::from_secs(30);

/// A request that brought no usable answer.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The line failed, or somebody else than the server answered.
    #[error("the line failed: {}", fault.code())]
    Line {
        /// How.
        fault: LineFault,
        /// What was found, where there is more to say.
        #[source]
        cause: Option<Box<dyn Error + Send + Sync>>,
    },
    /// The session is over: sign in again.
    #[error("signed out: {}", .0.code)]
    SignedOut(Reason),
    /// The device, its owner's account or the role is out of service: what was not sent may be
    /// handed in, nothing else.
    #[error("out of service: {}", .0.code)]
    Revoked(Reason),
    /// The server refuses this for good.
    #[error("refused: {}", .0.code)]
    Refused(Reason),
    /// The server does not know what this belongs to; it may be on its way.
    #[error("too early: {}", .0.code)]
    Early(Reason),
    /// The upload stands elsewhere.
    #[error("the upload stands elsewhere: {}", .0.code)]
    Again(Reason),
    /// The app is too old for the server.
    #[error("an update is needed: {}", .0.code)]
    Update(Reason),
    /// The server has too much to do, or trouble of its own.
    #[error("the server is busy")]
    Busy {
        /// When to try again.
        retry_after: Duration,
        /// Why.
        reason: Reason,
    },
    /// The server says no in a word that this version does not know: it waits.
    #[error("held: {}", .0.code)]
    Held(Reason),
    /// The request cannot be written down.
    #[error("the request cannot be written down")]
    Request(#[source] serde_json::Error),
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineFault {
    /// Nobody is reached.
    Unreachable,
    /// Somebody is reached, and not a byte moves.
    Silent,
    /// It broke off in the middle.
    Cut,
    /// A network that wants a sign-in of its own answers in the server's place.
    Portal,
    /// Something on the way answers in the server's place.
    Foreign,
    /// An answer that does not read.
    Garbled,
    /// The server could not prove who it is; a wrong clock does this too.
    Untrusted,
}

/// The part of an RFC 9457 problem that the phone uses.
#[derive(Deserialize)]
pub(super) struct ProblemBody {
    code: String,
    title: String,
}

impl LineFault {
    /// Every fault.
    pub const ALL: [Self; 7] = [
        Self::Unreachable,
        Self::Silent,
        Self::Cut,
        Self::Portal,
        Self::Foreign,
        Self::Garbled,
        Self::Untrusted,
    ];
}

impl Explain for LineFault {
    fn words(&self) -> (&'static str, Cow<'static, str>) {
        let (code, zh) = match self {
            Self::Unreachable => (
                "line_unreachable",
                "连不上服务器，请检查网络；内容已留在本机，联网后会再次上传。",
            ),
            Self::Silent => (
                "line_silent",
                "网络长时间没有应答，请换个网络或稍后再试；内容已留在本机。",
            ),
            Self::Cut => ("line_cut", "传输中途断开，稍后会再次上传；内容已留在本机。"),
            Self::Portal => (
                "line_portal",
                "网络需要登录认证（如公共 Wi-Fi），请先在浏览器中完成认证或改用移动网络；内容已留在本机。",
            ),
            Self::Foreign => (
                "line_foreign",
                "答复不是服务器发出的，可能被网络设备拦截，请换个网络再试；内容已留在本机。",
            ),
            Self::Garbled => (
                "line_garbled",
                "服务器的答复在途中损坏，稍后会再试；内容已留在本机。",
            ),
            Self::Untrusted => (
                "line_untrusted",
                "无法确认对方是本系统的服务器，请检查手机日期并换用可信网络；内容已留在本机。",
            ),
        };
        (code, zh.into())
    }
}

impl LinkError {
    /// A failure of the line without more to say.
    #[must_use]
    pub fn line(fault: LineFault) -> Self {
        Self::Line { fault, cause: None }
    }

    /// An answer that does not read.
    pub(crate) fn garbled(cause: impl Error + Send + Sync + 'static) -> Self {
        Self::Line {
            fault: LineFault::Garbled,
            cause: Some(Box::new(cause)),
        }
    }

    /// What the person is told.
    #[must_use]
    pub fn reason(&self) -> Reason {
        match self {
            Self::SignedOut(reason)
            | Self::Revoked(reason)
            | Self::Refused(reason)
            | Self::Early(reason)
            | Self::Again(reason)
            | Self::Update(reason)
            | Self::Held(reason)
            | Self::Busy { reason, .. } => reason.clone(),
            Self::Line { fault, .. } => fault.reason(),
            Self::Request(_) => Reason::new(
                "request_unwritable",
                "请求无法生成，请更新应用或联系管理员；内容已留在本机。",
            ),
        }
    }

    /// Whether it may be one piece at which the server fails, or which it holds: those behind it
    /// are worth trying.
    #[must_use]
    pub fn is_of_one_piece(&self) -> bool {
        match self {
            Self::Held(_) => true,
            Self::Busy { reason, .. } => {
                let of_one = [code::INTERNAL, code::TIMED_OUT, code::SEALING_KEY_ABSENT];
                of_one.contains(&reason.code.as_str())
            }
            _ => false,
        }
    }

    pub(super) fn of(error: ureq::Error) -> Self {
        use ureq::{Error as E, Timeout as T};
        let fault = match &error {
            E::Timeout(T::Resolve | T::Connect) | E::HostNotFound | E::ConnectionFailed => {
                LineFault::Unreachable
            }
            E::Timeout(_) => LineFault::Silent,
            E::Io(error) => of_io(error),
            E::Tls(_) | E::Pem(_) | E::Rustls(_) => LineFault::Untrusted,
            E::TooManyRedirects | E::RedirectFailed => LineFault::Portal,
            _ => LineFault::Garbled,
        };
        Self::Line {
            fault,
            cause: Some(Box::new(error)),
        }
    }

    /// A problem of the server's own.
    pub(super) fn of_problem(status: u16, problem: ProblemBody, retry_after: Option<u64>) -> Self {
        let ProblemBody { code, title } = problem;
        let verdict = problem::verdict(&code);
        let reason = Reason::new(code, title);
        let busy = |reason| Self::Busy {
            retry_after: retry_after.map_or(LATER, Duration::from_secs),
            reason,
        };
        match (verdict, status) {
            (Some(Verdict::Final), _) => Self::Refused(reason),
            (Some(Verdict::Early), _) => Self::Early(reason),
            (Some(Verdict::Again), _) => Self::Again(reason),
            (Some(Verdict::Update), _) => Self::Update(reason),
            (Some(Verdict::Revoked), _) => Self::Revoked(reason),
            (Some(Verdict::SignIn), _) | (None, 401) => Self::SignedOut(reason),
            (Some(Verdict::Wait), _) | (None, 408 | 429 | 500..=599) => busy(reason),
            (None, _) => Self::Held(reason),
        }
    }
}

fn of_io(error: &io::Error) -> LineFault {
    use io::ErrorKind as K;
    match error.kind() {
        K::TimedOut | K::WouldBlock => LineFault::Silent,
        K::UnexpectedEof
        | K::ConnectionReset
        | K::ConnectionAborted
        | K::BrokenPipe
        | K::WriteZero => LineFault::Cut,
        // What rustls says of a certificate comes as invalid data.
        K::InvalidData => LineFault::Untrusted,
        _ => LineFault::Unreachable,
    }
}
