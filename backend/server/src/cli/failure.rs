//! What a command says when it could not do its work: a sentence, its causes, and what to do next.

use crate::room;
use crate::{
    channel::sender::SenderSetup,
    config::ConfigError,
    demo::DemoError,
    files::FileStoreError,
    identity::{KeyError, PasswordSetup},
    mark::MarkError,
    private_postgres::StartError,
    problem::Problem,
    reconcile::ReconcilerError,
    secrets::{KeyRingError, rotation::RotationError},
    telemetry::{TelemetryError, whole},
};
use hejie_registry::error::RegistryError;
use std::{
    error::Error,
    io,
    net::SocketAddr,
    path::PathBuf,
    process::{ExitCode, ExitStatus},
};

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The settings cannot be used.
    #[error("配置无法使用 / the settings cannot be used")]
    Config(#[from] ConfigError),
    /// The private Postgres did not start.
    #[error("自带的数据库未能启动 / the private Postgres did not start")]
    Postgres(#[source] StartError),
    /// The private Postgres ended while it was needed.
    #[error("自带的数据库自行退出 / the private Postgres ended by itself ({0})")]
    PostgresEnded(ExitStatus),
    /// The database named by the settings cannot be reached.
    #[error("无法连接数据库 / the database cannot be reached")]
    Connect(#[source] RegistryError),
    /// The schema could not be brought up to date.
    #[error("数据库结构无法更新 / the database's schema cannot be brought up to date")]
    Migrate(#[source] RegistryError),
    /// The database failed.
    #[error("数据库出错 / the database failed")]
    Registry(#[from] RegistryError),
    /// The data directory cannot be used.
    #[error("数据目录 {at} 无法使用 / the data directory {at} cannot be used", at = at.display())]
    DataDirectory {
        /// The directory.
        at: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The originals of evidence cannot be kept.
    #[error("目录 {at} 无法存放文件 / the directory {at} cannot be used for files", at = at.display())]
    Files {
        /// The directory.
        at: PathBuf,
        /// What the file store said.
        source: FileStoreError,
    },
    /// What a restored database is recognised by cannot be read or kept.
    #[error("登记库的标记无法读写 / the mark of the database cannot be read or kept")]
    Mark(#[source] MarkError),
    /// The key that signs access tokens cannot be used.
    #[error("登录令牌的签名密钥无法使用 / the key that signs access tokens cannot be used")]
    Keys(#[source] KeyError),
    /// The key ring of identities cannot be used.
    #[error("身份信息的密钥环无法使用 / the key ring of identities cannot be used")]
    KeyRing(#[source] KeyRingError),
    /// Keys of identities cannot be turned over.
    #[error("身份信息的密钥无法更换 / the keys of identities cannot be turned over")]
    Rotation(#[from] RotationError),
    /// Passwords cannot be hashed.
    #[error("无法处理密码 / passwords cannot be hashed")]
    Passwords(#[source] PasswordSetup),
    /// A request to a part of the server was refused.
    #[error("未获允许 / it was refused: {}", .0.title())]
    Problem(Problem),
    /// The log cannot be set up.
    #[error("日志无法启用 / the log cannot be set up")]
    Telemetry(#[source] TelemetryError),
    /// The address cannot be listened on.
    #[error("无法监听 {address} / the server cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Messages to channels cannot be sent.
    #[error("无法向渠道发送消息 / messages to channels cannot be sent")]
    Webhooks(#[source] SenderSetup),
    /// A case could not be settled or refolded.
    #[error("有案件无法处理 / a case could not be settled")]
    Reconcile(#[from] ReconcilerError),
    /// The demonstration could not be loaded.
    #[error(
        "演示数据未能全部载入，已载入的保留，请再次运行 / the county could not be loaded; what is there stays, call it again"
    )]
    Demo(#[from] DemoError),
    /// It is done, and what follows from it is not yet.
    #[error("已办成，但{what_zh} / it is done, but {what_en}")]
    Behind {
        /// What is left, in Chinese.
        what_zh: &'static str,
        /// The same in English.
        what_en: &'static str,
        /// What went wrong.
        source: Box<Failure>,
    },
    /// Nobody knows whether it is done.
    #[error(
        "不能确定是否已办成；已记下的停用与收回，服务器会在一分钟内照办 / it is not sure whether this was done; what is noted already of taking back, the server carries out within a minute"
    )]
    Unsure(#[source] Box<Failure>),
    /// The process itself cannot do something.
    #[error("进程无法运行 / the process cannot work")]
    Runtime(#[source] io::Error),
    /// What was asked for makes no sense here; with a next step.
    #[error("{what}")]
    Asked {
        /// What is wrong.
        what: String,
        /// What to do.
        next: String,
    },
}

impl Failure {
    /// Makes a failure about what was asked.
    pub fn asked(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::Asked {
            what: what.into(),
            next: next.into(),
        }
    }

    /// What follows from something that is committed went wrong: the cases of a person.
    pub fn cases_behind(source: impl Into<Self>) -> Self {
        Self::Behind {
            what_zh: "涉及案件的名单尚未更新",
            what_en: "the cases concerned have not followed yet",
            source: Box::new(source.into()),
        }
    }

    /// The private Postgres did not end in order after something was committed.
    pub fn left_open(source: Self) -> Self {
        Self::Behind {
            what_zh: "自带的数据库未能正常停止",
            what_en: "the private Postgres did not end in order",
            source: Box::new(source),
        }
    }

    /// A commit failed, of which nobody knows how far it came.
    pub fn at_commit(error: RegistryError) -> Self {
        Self::Unsure(Box::new(error.into()))
    }

    /// The status with which the command ends.
    #[must_use]
    pub fn status(&self) -> ExitCode {
        match self {
            Self::Behind { .. } => ExitCode::from(super::BEHIND),
            _ => ExitCode::FAILURE,
        }
    }

    /// What is said of it: the sentence, its causes and the next step.
    #[must_use]
    pub fn report(&self) -> String {
        let cause = self.source().map(|error| format!(": {}", whole(error)));
        let next = self.next().map(|next| format!("\n  下一步 / next: {next}"));
        let (cause, next) = (cause.unwrap_or_default(), next.unwrap_or_default());
        format!("hejie: {self}{cause}{next}")
    }

    /// What to do about it; nothing where the cause says so itself. A full disk is one thing to see
    /// to, whatever could not be written.
    fn next(&self) -> Option<&str> {
        match room::full(self) {
            Some(room) => Some(room.next()),
            None => self.next_of_step(),
        }
    }

    fn next_of_step(&self) -> Option<&str> {
        Some(match self {
            Self::Config(_) => {
                "请对照 backend/server/config.default.toml 修改，或去掉这些配置 / compare with backend/server/config.default.toml, or leave the settings out"
            }
            Self::Postgres(_) | Self::Problem(_) | Self::Passwords(_) | Self::Keys(_) => {
                return None;
            }
            Self::PostgresEnded(_) => {
                "请查看数据目录中的 postgres/server.log，然后重新启动；已确认的内容不会丢失 / look at postgres/server.log in the data directory, then start again: nothing acknowledged is lost"
            }
            Self::Connect(_) => {
                "请检查 DATABASE_URL 与数据库是否在运行；不设 DATABASE_URL 时，hejie 运行自带的数据库 / check DATABASE_URL and that the server is up; without DATABASE_URL hejie runs a Postgres of its own"
            }
            Self::Migrate(_) => {
                "账号必须拥有其数据库，程序不得早于数据库结构 / the account must own its database, and the program must not be older than the schema"
            }
            Self::Registry(_) | Self::Reconcile(_) | Self::Demo(_) => {
                "请重试；仍不行时，hejie doctor 与日志会指出原因 / try again; if it stays so, `hejie doctor` and the log name the step"
            }
            Self::DataDirectory { .. } => {
                "请用 --data 另选，或让本用户可写 / choose another with --data, or make it writable for this user"
            }
            Self::Files { .. } => {
                "请在 [files] directory 中另选，或让本用户可写 / name another under [files] directory, or make it writable for this user"
            }
            Self::Mark(_) => {
                "请让本用户可读写数据目录中的 mark-*.json、revoked-*/、destroyed-*/ 与文件旁的 marks/；读不出的标记可移走，revoked-* 与 destroyed-* 不可移走 / make mark-*.json, revoked-*/ and destroyed-*/ in the data directory and marks/ beside the files readable and writable for this user; a mark that does not read may be moved away, revoked-* and destroyed-* never"
            }
            Self::KeyRing(error) => about_ring(error),
            Self::Rotation(_) => {
                "hejie key list 列出仍需的密钥，hejie key rotate 接着更换 / `hejie key list` says what still needs which key; `hejie key rotate` goes on where it was broken off"
            }
            Self::Telemetry(_) => {
                "请更正 log.filter（RUST_LOG） / correct log.filter (RUST_LOG), such as info,hejie_server=debug"
            }
            Self::Listen { .. } => {
                "请停止占用该端口的程序，或用 --listen 另选 / end what listens there, or choose another with --listen"
            }
            Self::Runtime(_) | Self::Webhooks(_) => {
                "请运行 hejie doctor 查看本机缺什么 / `hejie doctor` says what the machine lacks"
            }
            Self::Behind { .. } | Self::Unsure(_) => {
                "请排除原因，再重复同一命令，直到它说已办成；重复无害 / see to the cause, then repeat the command until it says that it is done: that does no harm"
            }
            Self::Asked { next, .. } => next,
        })
    }
}

/// What is to be done about a ring that cannot be used.
fn about_ring(error: &KeyRingError) -> &'static str {
    match error {
        KeyRingError::File(KeyError::Exposed) => {
            "请对密钥环（配置 keys.ring，默认为数据目录中的 keys/ring.json）执行 chmod 600 / chmod 600 the key ring (keys.ring, or keys/ring.json in the data directory)"
        }
        KeyRingError::File(_) => {
            "请让本用户可读写密钥环及其所在目录（配置 keys.ring，默认为数据目录中的 keys/ring.json） / make the key ring and its folder readable and writable for this user (keys.ring, or keys/ring.json in the data directory)"
        }
        KeyRingError::Form(_) | KeyRingError::Fault(_) => {
            "请从保险柜取回本登记库最新的密钥环；没有它，任何身份信息都打不开，切勿另建 / bring the newest key ring of this registry back from the safe: without it no identity opens; never begin a new one"
        }
    }
}

impl From<MarkError> for Failure {
    fn from(error: MarkError) -> Self {
        match error {
            MarkError::Registry(error) => Self::Registry(error),
            MarkError::Begun(error) => Self::Unsure(Box::new(Self::from(*error))),
            error => Self::Mark(error),
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_a_sentence_with_its_cause_and_a_next_step() {
        let failure = Failure::Listen {
            address: SocketAddr::from(([127, 0, 0, 1], 80)),
            source: io::Error::from(io::ErrorKind::AddrInUse),
        };
        assert_eq!(
            failure.report(),
            "hejie: 无法监听 127.0.0.1:80 / the server cannot listen on 127.0.0.1:80: address in use\n  下一步 / next: 请停止占用该端口的程序，或用 --listen 另选 / end what listens there, or choose another with --listen"
        );
    }

    #[test]
    fn a_full_disk_is_the_thing_to_see_to_whatever_could_not_be_written() {
        let full = || io::Error::from_raw_os_error(libc::ENOSPC);
        for failure in [
            Failure::Mark(MarkError::File(full())),
            Failure::from(MarkError::Files(FileStoreError::Directory(full()))),
            Failure::from(MarkError::Begun(Box::new(MarkError::File(full())))),
        ] {
            let said = failure.report();
            assert!(said.contains("磁盘已满"), "{said}");
            assert!(!said.contains("may be moved away"), "{said}");
        }
        let other = io::Error::from_raw_os_error(libc::EACCES);
        let said = Failure::Mark(MarkError::File(other)).report();
        assert!(said.contains("may be moved away"), "{said}");
    }
}
