//! `hejie marks`, and the marks as every command opens them: in the folder of the registry, and in
//! no other.

use super::{Failure, account::note, database, limited, paths};
use crate::{
    clock::Clock,
    config::Config,
    entropy::RandomSource,
    mark::{FolderFit, Marks},
    say::say,
};
use clap::Subcommand;
use hejie_registry::pool::{self, PgConnection, PgPool};
use std::process::ExitCode;
use uuid::Uuid;

/// Examples for `hejie marks`.
pub(super) const EXAMPLES: &str = "Examples:
  hejie marks accept 0d9c6f0e-5a0b-4c7e-9a55-3f0a4c1d2e77      the folder of this name is lost for good: go on with that of the settings";

/// What `hejie marks` understands.
#[derive(Debug, Subcommand)]
pub(super) enum MarksCommand {
    /// Take the folder of files that the settings name as the registry's from now on, where the
    /// one before is lost for good
    Accept {
        /// The name of the folder that is lost, as the refusal says it
        #[arg(value_parser = limited::id::<Uuid>)]
        lost: Uuid,
    },
}

/// Runs the command.
pub(super) async fn marks(config: &Config, command: MarksCommand) -> Result<ExitCode, Failure> {
    let MarksCommand::Accept { lost } = command;
    let database = database::open(config).await?;
    let mut tx = pool::begin(&database.pool).await?;
    let done = accept(config, &mut tx, lost).await?;
    pool::commit(tx).await?;
    say(format_args!("{done}"));
    database.close().await?;
    Ok(ExitCode::SUCCESS)
}

/// Opens the marks of the registry. A folder that is not the registry's is refused: what is noted
/// there of who was put out no other server reads, and after a restore they would be in again.
pub(super) async fn open(config: &Config, pool: &PgPool) -> Result<Marks, Failure> {
    let marks = look(config)?;
    let mut conn = pool::acquire(pool).await?;
    match marks.settle_folder(&mut conn, new_name()).await? {
        FolderFit::Fits => Ok(marks),
        FolderFit::Other { noted, found } => Err(other_folder(config, noted, found)?),
    }
}

/// The marks in the folder that the settings name, whether it is the registry's or not.
pub(super) fn look(config: &Config) -> Result<Marks, Failure> {
    let own = paths::data_directory(config)?;
    Ok(Marks::new(Some(own), paths::files(config)?))
}

async fn accept(config: &Config, conn: &mut PgConnection, lost: Uuid) -> Result<String, Failure> {
    let marks = look(config)?;
    let at = paths::files_directory(config)?;
    let at = at.display();
    match marks.folder_fit(conn).await? {
        FolderFit::Fits => Ok(format!(
            "登记库所用的就是此目录，无需确认 / this folder is the registry's, nothing was to be accepted: {at}"
        )),
        FolderFit::Other { noted, .. } if noted != lost => Err(Failure::asked(
            format!(
                "登记库所记的目录是 {noted}，不是 {lost} / the registry notes the folder {noted}, and not {lost}"
            ),
            "请照抄拒绝时所示的编号 / give the name as the refusal says it",
        )),
        FolderFit::Other { .. } => {
            let taken = marks.accept_folder(conn, new_name()).await?;
            let names = format!("{taken} {lost}");
            note(conn, &Clock::system(), "accept_marks", &names).await?;
            Ok(format!(
                "登记库自此使用此目录 / this is the folder of the registry from now on: {at}\n  备份之后停用的账号、渠道、手机若只记在原目录，恢复备份后须再停用一次；共用此登记库的服务器须一并改用此目录 / who was put out since the backup and stands in the lost folder alone has to be put out again after a restore; servers that share the registry use this folder from now on"
            ))
        }
    }
}

fn new_name() -> Uuid {
    uuid::Builder::from_random_bytes(RandomSource::system().bytes()).into_uuid()
}

fn other_folder(config: &Config, noted: Uuid, found: Option<Uuid>) -> Result<Failure, Failure> {
    let at = paths::files_directory(config)?;
    let at = at.display();
    let (zh, en) = match found {
        Some(found) => (format!("其编号为 {found}"), format!("its name is {found}")),
        None => ("其中没有编号".to_owned(), "it bears no name".to_owned()),
    };
    Ok(Failure::asked(
        format!(
            "目录 {at} 不是此登记库存放原件与标记的目录：登记库所记编号为 {noted}，{zh}。在此继续，已停用的人员、渠道会在恢复备份后重新可用 / the folder {at} is not the one in which this registry keeps files and marks: the registry notes {noted}, {en}. Who was put out would come in again after a restore"
        ),
        format!(
            "请使用服务器的配置与 --data；多台服务器共用一个登记库时，files.directory 须指向同一目录；磁盘未挂载的请先挂载；原目录确已遗失时，hejie marks accept {noted} 改用此目录 / use the settings and --data of the server; servers that share a registry share one folder, files.directory; mount its disk; only if it is lost for good: `hejie marks accept {noted}` takes this one"
        ),
    ))
}
