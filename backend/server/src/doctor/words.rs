//! The words of the report. What a machine says (paths, versions, errors) is shown as it is.

use super::Language;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CheckSubject {
    Settings,
    Postgres,
    DataDirectory,
    Disk,
    Port,
    OpenFiles,
    Memory,
    Clock,
    TimeZone,
    Locale,
    Temporary,
    Keys,
    Connection,
    Registry,
    Dangers,
    DangerCalls,
    Cases,
    Numbers,
    Backup,
    DatabaseRoom,
    Audit,
    MarksFolder,
    Admission,
    Channels,
    Node,
    Chromium,
    Java,
    Python,
}

/// How Postgres comes onto a machine.
const POSTGRES: (&str, &str) = (
    "请安装 PostgreSQL 15 或更新版本（Debian/Ubuntu: apt-get install postgresql-15；openEuler/麒麟: dnf install \
     postgresql-server），或用 HEJIE_PG_BIN 指明目录，或用 DATABASE_URL 使用已有的服务器",
    "install PostgreSQL 15 or newer (Debian, Ubuntu: apt-get install postgresql-15; openEuler, Kylin: dnf install \
     postgresql-server), name its folder with HEJIE_PG_BIN, or use a server of your own with DATABASE_URL",
);

/// What a county does whose numbers grow longer.
const NUMBERS: (&str, &str) = (
    "案号即将或已经由六位增至七位，请告知各对接方，并查看是哪个渠道或账号在大量立案",
    "they soon get a seventh digit, or have it: tell whoever reads them, and look which channel or account registers so many",
);

/// How a backup is made and reported.
const BACKUP: (&str, &str) = (
    "请备份数据库与文件，并用 hejie backup report 登记；在此之前手机保留尚未备份的原件，至多 14 天",
    "back up database and files, then say so with `hejie backup report`; until then phones keep what is in no backup, for 14 \
     days at most",
);

/// What is done about a folder that is not the registry's.
const MARKS_FOLDER: (&str, &str) = (
    "请使用服务器的配置与 --data 运行；多台服务器共用一个登记库时，files.directory 须指向同一目录，并先挂载其磁盘；原目录确已遗失时，\
     用 hejie marks accept 加登记库所记编号，改用此目录",
    "run it with the settings and --data of the server; servers that share a registry share one folder, files.directory; mount \
     its disk; only if it is lost for good: `hejie marks accept` with the name that the registry notes takes this one",
);

/// What is done about people of whom nothing that reads says whether they may come in.
const ADMISSION: (&str, &str) = (
    "这些人员、渠道在查清之前不能进入。应停用的，用 hejie account disable（岗位用 revoke-role，渠道用 hejie channel \
     disable）再停用一次；应恢复的，用 hejie account enable（岗位用 grant，渠道用 hejie channel enable）再恢复一次，\
     文件随之重写；归属不明的文件请核查后移走",
    "they stay out until somebody decides: `hejie account disable` (of a role, revoke-role; of a channel, hejie channel \
     disable) for who is out, `hejie account enable` (of a role, grant; of a channel, hejie channel enable) for who is in; \
     either writes the files anew. Look into a file of nobody, and take it away",
);

/// How channels are set up.
const CHANNELS: (&str, &str) = (
    "请用 hejie channel add 登记渠道，用 hejie channel set-webhook 登记接收地址，停用的渠道用 hejie channel enable 启用；不接通的推送在配置 [channels] 中写 none",
    "`hejie channel add` sets a channel up, `hejie channel set-webhook` gives it an address, `hejie channel enable` puts it into \
     service again; in [channels], none stands for a push to nobody",
);

/// What is done where large requests cannot be kept for a moment.
const TEMPORARY: (&str, &str) = (
    "请腾出至少 1 GiB，或用 TMPDIR 另选可写的目录；在此之前，服务会推迟接收大件请求",
    "free 1 GiB, or choose a writable one with TMPDIR; until then the server tells large requests to come later",
);

/// What is done where the ring that opens identities is not there.
const KEYS: (&str, &str) = (
    "请挂载其所在磁盘、更正配置 keys.ring，或从保险柜中的备份恢复；切勿另建",
    "mount its disk, correct keys.ring, or bring it back from the safe; never begin a new one",
);

/// What is done where the registry cannot be reached.
const CONNECTION: (&str, &str) = (
    "请检查 DATABASE_URL 与数据库是否在运行；不设 DATABASE_URL 时，hejie 运行自带的 PostgreSQL",
    "check DATABASE_URL and that the server is up; without DATABASE_URL hejie runs a Postgres of its own",
);

/// What is done where the schema is not there or not read.
const REGISTRY: (&str, &str) = (
    "新的数据库请先运行 hejie migrate；否则请查看日志",
    "run `hejie migrate` on a new database; otherwise look at the log",
);

/// What is owed where dangers lie in quarantine unseen.
const DANGERS: (&str, &str) = (
    "停用的手机交存了险情，请值守人员在隔离区核看并立即拨打110",
    "phones out of service deposited them: somebody at a desk must look into the quarantine and call 110",
);

/// What is owed where the police have not signed for dangers in time.
const DANGER_CALLS: (&str, &str) = (
    "公安机关逾时未受理，请值守人员立即电话报险，并在控制台登记",
    "they did not sign in time: somebody at a desk must call them, and say so on the console",
);

/// What is done about cases that cannot be reconciled.
const CASES: (&str, &str) = (
    "请用 hejie refold --verify 列出这些案件；办法见 docs/operations.md",
    "list them with hejie refold --verify; docs/operations.md says what to do",
);

impl CheckSubject {
    pub(super) fn name(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::Settings => ("配置", "settings"),
            Self::Postgres => ("数据库 PostgreSQL", "PostgreSQL"),
            Self::DataDirectory => ("数据目录", "data directory"),
            Self::Disk => ("磁盘空间", "disk space"),
            Self::Port => ("监听端口", "port"),
            Self::OpenFiles => ("可打开文件数", "open files"),
            Self::Memory => ("内存", "memory"),
            Self::Clock => ("系统时间", "clock"),
            Self::TimeZone => ("时区", "time zone"),
            Self::Locale => ("字符集", "character set"),
            Self::Temporary => ("临时目录", "temporary directory"),
            Self::Keys => ("密钥环", "key ring"),
            Self::Connection => ("数据库连接", "connection to the database"),
            Self::Registry => ("登记库", "registry"),
            Self::Dangers => ("未告知公安的险情", "dangers untold to the police"),
            Self::DangerCalls => (
                "公安未受理的险情",
                "dangers for which the police have not signed",
            ),
            Self::Cases => ("待处置案件", "cases to look at"),
            Self::Numbers => ("本年案号", "case numbers of this year"),
            Self::Backup => ("最近一次备份", "last backup"),
            Self::DatabaseRoom => ("数据库写入", "room of the database"),
            Self::Audit => ("审计日志核对", "check of the audit log"),
            Self::MarksFolder => ("原件与标记的目录", "folder of files and marks"),
            Self::Admission => ("停用与恢复的记录", "records of who was put out and let in"),
            Self::Channels => ("对外渠道", "channels"),
            Self::Node => ("Node（构建控制台）", "Node (to build the console)"),
            Self::Chromium => ("Chromium（浏览器测试）", "Chromium (for browser tests)"),
            Self::Java => (
                "Java（Kotlin 绑定测试）",
                "Java (for tests of the Kotlin binding)",
            ),
            Self::Python => (
                "Python（演示剧本与绑定测试）",
                "Python (for the story and tests of the binding)",
            ),
        };
        match language {
            Language::Zh => zh,
            Language::En => en,
        }
    }

    /// What to do about it.
    pub(super) fn remedy(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::Settings => (
                "请对照 backend/server/config.default.toml 修改",
                "compare with backend/server/config.default.toml",
            ),
            Self::Postgres => POSTGRES,
            Self::DataDirectory => (
                "请让本用户可写该目录，或用 --data 另选",
                "make it writable for this user, or choose another with --data",
            ),
            Self::Disk => (
                "请清理磁盘，至少留出 1 GiB",
                "free some space: at least 1 GiB",
            ),
            Self::Port => (
                "请停止占用该端口的程序，或用 HEJIE_LISTEN 另选",
                "end what listens there, or choose another with HEJIE_LISTEN",
            ),
            Self::OpenFiles => (
                "请提高打开文件数的上限（systemd 单元中的 LimitNOFILE=，或 ulimit -n），建议 65536",
                "raise the limit on open files (LimitNOFILE= in the unit of systemd, or ulimit -n); 65536 are advisable",
            ),
            Self::Memory => (
                "建议至少 2 GiB 可用内存，或减少 workers.count",
                "2 GiB are advisable, or fewer workers.count",
            ),
            Self::Clock => (
                "请校准系统时间（例如启用 chrony）",
                "set the clock, for instance with chrony",
            ),
            Self::TimeZone => (
                "无碍运行：期限一律按北京时间计算；日志时间为 UTC",
                "no obstacle: deadlines are reckoned in Asia/Shanghai, and logs are in UTC",
            ),
            Self::Locale => (
                "终端可能显示乱码，请使用 UTF-8，例如 LANG=C.UTF-8",
                "the terminal may garble Chinese; use UTF-8, such as LANG=C.UTF-8",
            ),
            Self::Temporary => TEMPORARY,
            Self::Keys => KEYS,
            Self::Connection => CONNECTION,
            Self::Registry => REGISTRY,
            Self::Dangers => DANGERS,
            Self::DangerCalls => DANGER_CALLS,
            Self::Cases => CASES,
            Self::Numbers => NUMBERS,
            Self::Backup => BACKUP,
            Self::DatabaseRoom => (
                "数据库所在的磁盘已满，或内存、连接不足：请清理或扩容；在此之前任何登记都不会成功，险情请电话告知公安",
                "its disk is full, or it lacks memory or connections: give it room; until then nothing is registered, and dangers \
                 are telephoned to the police",
            ),
            Self::Audit => (
                "请运行 hejie audit verify 核对；不符的，保全现状并与备份比对",
                "run `hejie audit verify`; where it does not fit keep it as it is, and compare it with a backup",
            ),
            Self::MarksFolder => MARKS_FOLDER,
            Self::Admission => ADMISSION,
            Self::Channels => CHANNELS,
            Self::Node | Self::Chromium | Self::Java | Self::Python => (
                "仅开发需要，make setup 会安装",
                "developers only; `make setup` installs it",
            ),
        };
        match language {
            Language::Zh => zh,
            Language::En => en,
        }
    }
}

/// The last line.
pub(super) fn summary(language: Language, missing: usize) -> String {
    match (language, missing) {
        (Language::Zh, 0) => "可以运行 hejie serve".into(),
        (Language::Zh, n) => format!("有 {n} 项必需的条件未满足"),
        (Language::En, 0) => "`hejie serve` can run here".into(),
        (Language::En, n) => format!("{n} of the things that `hejie serve` needs are missing"),
    }
}
