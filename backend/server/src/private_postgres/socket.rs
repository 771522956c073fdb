//! The socket: the only way in, in a directory that only its owner may enter.

use super::error::StartError;
use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
};

/// The name of the socket, which Postgres makes from its port.
pub(super) const NAME: &str = ".s.PGSQL.5432";
/// The longest path of a Unix socket.
const LONGEST_PATH: usize = 107;

/// Below the home, unless that path is too long for a socket; then in /tmp under a name made from
/// the home's own identity.
pub(super) fn directory(home: &Path) -> io::Result<PathBuf> {
    let near = home.join("run");
    if near.join(NAME).as_os_str().len() <= LONGEST_PATH {
        return Ok(near);
    }
    let about = fs::metadata(home)?;
    Ok(PathBuf::from(format!(
        "/tmp/hejie-{:x}-{:x}",
        about.dev(),
        about.ino()
    )))
}

/// Makes the directory. One in /tmp may have been put there by somebody else to catch our
/// connections; then it is refused.
pub(super) fn prepare_directory(directory: &Path, owners: [u32; 2]) -> Result<(), StartError> {
    match DirBuilder::new().mode(0o700).create(directory) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(StartError::io("making the socket directory", directory)(
                error,
            ));
        }
        Ok(()) | Err(_) => {}
    }
    let about = fs::symlink_metadata(directory)
        .map_err(StartError::io("looking at the socket directory", directory))?;
    if about.is_dir() && owners.contains(&about.uid()) {
        Ok(())
    } else {
        Err(StartError::SocketDirectory(directory.to_owned()))
    }
}

/// The connection string for a socket.
pub(super) fn url(socket_directory: &Path) -> String {
    let host = percent_encoded(socket_directory);
    format!("postgres://hejie@localhost:5432/postgres?host={host}")
}

/// Escapes everything but letters, digits and what paths are made of.
fn percent_encoded(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let escape = |byte: &u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => {
            char::from(*byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    path.as_os_str().as_bytes().iter().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_moves_the_socket_and_not_the_data() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("x".repeat(100));
        fs::create_dir(&deep).unwrap();
        assert_eq!(directory(root.path()).unwrap(), root.path().join("run"));
        assert!(directory(&deep).unwrap().starts_with("/tmp"));
    }

    #[test]
    fn a_path_survives_the_connection_string() {
        assert_eq!(
            percent_encoded(Path::new("/srv/和 安")),
            "/srv/%E5%92%8C%20%E5%AE%89"
        );
    }

    #[test]
    fn what_somebody_else_put_there_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let link = root.path().join("run");
        std::os::unix::fs::symlink("/tmp", &link).unwrap();
        let me = fs::metadata(root.path()).unwrap().uid();
        assert!(matches!(
            prepare_directory(&link, [me, me]),
            Err(StartError::SocketDirectory(_))
        ));
        assert!(prepare_directory(&root.path().join("own"), [me, me]).is_ok());
    }
}
