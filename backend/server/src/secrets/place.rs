//! Where the key ring lies: a file of its own, read anew whenever another process has changed it.

use super::ring::{KeyKind, Ring, RingFault};
use crate::{
    entropy::RandomSource,
    key_file::{KeyError, refuse_exposed, write_new},
};
use jiff::Timestamp;
use parking_lot::Mutex;
use std::{
    fmt, fs,
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
    sync::Arc,
};
use zeroize::Zeroizing;

/// The folder of the data directory.
const FOLDER: &str = "keys";
/// The file in it.
const FILE: &str = "ring.json";

/// The key ring of this server. Cheap to clone.
#[derive(Clone)]
pub struct KeyRing(Arc<KeyRingInner>);

struct KeyRingInner {
    /// None: the ring lives in memory, in a test.
    file: Option<PathBuf>,
    held: Mutex<CachedRing>,
}

struct CachedRing {
    ring: Arc<Ring>,
    seen: Option<FileStamp>,
}

/// What changes when the file is replaced.
type FileStamp = (u64, i64, i64, u64);

/// Why there is no key ring.
#[derive(Debug, thiserror::Error)]
pub enum KeyRingError {
    /// The file could not be read or written, or others may read it.
    #[error("the key ring cannot be read or written")]
    File(#[source] KeyError),
    /// It is not the JSON that it should be.
    #[error("the key ring is not one")]
    Form(#[source] serde_json::Error),
    /// Something is missing in it.
    #[error("the key ring does not serve")]
    Fault(#[from] RingFault),
}

impl From<io::Error> for KeyRingError {
    fn from(error: io::Error) -> Self {
        Self::File(KeyError::File(error))
    }
}

impl KeyRing {
    /// A ring that is kept nowhere.
    #[must_use]
    pub fn in_memory(ring: Ring) -> Self {
        Self::of(None, ring, None)
    }

    /// The place of the ring in a data directory.
    #[must_use]
    pub fn place_in(data: &Path) -> PathBuf {
        data.join(FOLDER).join(FILE)
    }

    /// Looks at the ring of a file; none where there is no file. Nothing is made or changed.
    ///
    /// # Errors
    /// [`KeyRingError`]: also when others than the owner may read it.
    pub fn look(file: &Path) -> Result<Option<Ring>, KeyRingError> {
        match mark_of(file)? {
            Some(_) => read(file).map(Some),
            None => Ok(None),
        }
    }

    /// Reads the ring of a file, or makes one where there is none yet. Whether one may be made, the
    /// caller knows: what a lost ring locked opens with no other ([`super::needed`]).
    ///
    /// # Errors
    /// [`KeyRingError`]: also when others than the owner may read it.
    pub fn load_or_create(
        file: &Path,
        entropy: &RandomSource,
        now: Timestamp,
    ) -> Result<Self, KeyRingError> {
        let _alone = alone(file)?;
        if let Some(mark) = mark_of(file)? {
            let mut ring = read(file)?;
            if !ring.keys(KeyKind::Attestation).is_empty() {
                return Ok(Self::of(Some(file.to_owned()), ring, Some(mark)));
            }
            // A ring of before there were attestations.
            ring.add(KeyKind::Attestation, entropy, now);
            write(file, &ring)?;
            return Ok(Self::of(Some(file.to_owned()), ring, mark_of(file)?));
        }
        let ring = Ring::generate(entropy, now);
        write(file, &ring)?;
        Ok(Self::of(Some(file.to_owned()), ring, mark_of(file)?))
    }

    /// The ring as it is now. An older copy of it does not take its place: phones may have sealed
    /// to what it lacks.
    ///
    /// # Errors
    /// [`KeyRingError`] when the file has changed and cannot be read, or is another ring: what
    /// phones sealed to this one would not open.
    pub fn ring(&self) -> Result<Arc<Ring>, KeyRingError> {
        let mut held = self.0.held.lock();
        if let Some(file) = &self.0.file {
            let mark = mark_of(file)?;
            if mark != held.seen {
                let ring = read(file)?;
                let found = ring.root();
                if found != held.ring.root() {
                    return Err(RingFault::OtherRoot { found }.into());
                }
                let lost = held.ring.unknown_to(&ring);
                if lost.is_empty() {
                    held.ring = Arc::new(ring);
                } else {
                    let keys = lost.join(", ");
                    tracing::error!(
                        file = %file.display(),
                        keys,
                        "the key ring was replaced by an older copy, which lacks keys: this server goes on with the one that it has until it ends"
                    );
                }
                held.seen = mark;
            }
        }
        Ok(held.ring.clone())
    }

    /// Changes the ring, durably, while nobody else does.
    ///
    /// # Errors
    /// [`KeyRingError`]; nothing is changed then.
    pub fn update<T>(
        &self,
        change: impl FnOnce(&mut Ring) -> Result<T, RingFault>,
    ) -> Result<T, KeyRingError> {
        let _alone = self.0.file.as_deref().map(alone).transpose()?;
        let mut ring = (*self.ring()?).clone();
        let made = change(&mut ring)?;
        if let Some(file) = &self.0.file {
            write(file, &ring)?;
        }
        let mut held = self.0.held.lock();
        held.seen = self.0.file.as_deref().map(mark_of).transpose()?.flatten();
        held.ring = Arc::new(ring);
        Ok(made)
    }

    fn of(file: Option<PathBuf>, ring: Ring, seen: Option<FileStamp>) -> Self {
        let held = Mutex::new(CachedRing {
            ring: Arc::new(ring),
            seen,
        });
        Self(Arc::new(KeyRingInner { file, held }))
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing")
            .field("file", &self.0.file)
            .finish_non_exhaustive()
    }
}

/// Makes the folder, and holds its lock until the value is dropped.
fn alone(file: &Path) -> Result<fs::File, KeyRingError> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let lock = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(file.with_extension("lock"))?;
    lock.lock()?;
    Ok(lock)
}

fn mark_of(file: &Path) -> Result<Option<FileStamp>, KeyRingError> {
    match fs::metadata(file) {
        Ok(data) => Ok(Some((
            data.ino(),
            data.mtime(),
            data.mtime_nsec(),
            data.len(),
        ))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn read(file: &Path) -> Result<Ring, KeyRingError> {
    refuse_exposed(file).map_err(KeyRingError::File)?;
    let text = Zeroizing::new(fs::read(file)?);
    let ring: Ring = serde_json::from_slice(&text).map_err(KeyRingError::Form)?;
    Ok(ring.checked()?)
}

fn write(file: &Path, ring: &Ring) -> Result<(), KeyRingError> {
    let text = Zeroizing::new(serde_json::to_vec_pretty(ring).map_err(KeyRingError::Form)?);
    let folder = file.parent().unwrap_or(Path::new("."));
    Ok(write_new(folder, file, &text)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn open(directory: &Path) -> Result<KeyRing, KeyRingError> {
        let now = "2026-03-02T04:00:00Z".parse().unwrap();
        KeyRing::load_or_create(&KeyRing::place_in(directory), &RandomSource::system(), now)
    }

    fn current(ring: &KeyRing) -> String {
        ring.ring()
            .unwrap()
            .current(KeyKind::Master)
            .unwrap()
            .id
            .clone()
    }

    #[test]
    fn a_ring_is_made_once_for_its_owner_alone_and_found_again() {
        let directory = tempfile::tempdir().unwrap();
        let made = open(directory.path()).unwrap();
        let found = open(directory.path()).unwrap();
        assert_eq!(current(&made), current(&found));
        let file = KeyRing::place_in(directory.path());
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(
            open(directory.path()),
            Err(KeyRingError::File(KeyError::Exposed))
        ));
    }

    #[test]
    fn a_ring_of_before_there_were_attestations_gets_a_key_for_them_and_keeps_it() {
        let directory = tempfile::tempdir().unwrap();
        open(directory.path()).unwrap();
        let file = KeyRing::place_in(directory.path());
        let text = fs::read(&file).unwrap();
        let mut ring: serde_json::Value = serde_json::from_slice(&text).unwrap();
        ring.as_object_mut().unwrap().remove("attestation");
        ring.as_object_mut().unwrap().remove("retired");
        fs::write(&file, serde_json::to_vec(&ring).unwrap()).unwrap();
        let attester = || {
            let ring = open(directory.path()).unwrap().ring().unwrap();
            ring.attester_voucher().unwrap()
        };
        assert_eq!(attester(), attester());
    }

    #[test]
    fn a_running_server_does_not_take_another_ring_in_the_place_of_its_own() {
        let (directory, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let server = open(directory.path()).unwrap();
        open(other.path()).unwrap();
        let place = KeyRing::place_in(directory.path());
        fs::rename(KeyRing::place_in(other.path()), place).unwrap();
        assert!(matches!(
            server.ring(),
            Err(KeyRingError::Fault(RingFault::OtherRoot { .. }))
        ));
    }

    #[test]
    fn a_running_server_keeps_its_ring_when_an_older_copy_takes_its_place() {
        let directory = tempfile::tempdir().unwrap();
        let server = open(directory.path()).unwrap();
        let place = KeyRing::place_in(directory.path());
        let copy = directory.path().join("copy");
        let now = "2026-03-03T04:00:00Z".parse().unwrap();
        for kind in KeyKind::ALL {
            fs::copy(&place, &copy).unwrap();
            let command = open(directory.path()).unwrap();
            let added = command
                .update(|ring| Ok(ring.add(kind, &RandomSource::system(), now)))
                .unwrap();
            let holds = || server.ring().unwrap().find(kind, &added).is_ok();
            assert!(holds());
            fs::rename(&copy, &place).unwrap();
            assert!(holds(), "{kind:?}");
            let elsewhere = open(directory.path()).unwrap();
            assert!(elsewhere.ring().unwrap().find(kind, &added).is_err());
            // Whoever changes it writes it whole again.
            let retire = |ring: &mut Ring| ring.remove(kind, &ring.keys(kind)[0].id.clone());
            server.update(retire).unwrap();
            assert!(
                open(directory.path())
                    .unwrap()
                    .ring()
                    .unwrap()
                    .find(kind, &added)
                    .is_ok()
            );
        }
    }

    #[test]
    fn a_copy_of_before_a_key_was_retired_does_not_bring_it_back() {
        let directory = tempfile::tempdir().unwrap();
        let server = open(directory.path()).unwrap();
        let now = "2026-03-03T04:00:00Z".parse().unwrap();
        let old = current(&server);
        let add = |ring: &mut Ring| Ok(ring.add(KeyKind::Master, &RandomSource::system(), now));
        server.update(add).unwrap();
        let (place, copy) = (
            KeyRing::place_in(directory.path()),
            directory.path().join("copy"),
        );
        fs::copy(&place, &copy).unwrap();
        server
            .update(|ring| ring.remove(KeyKind::Master, &old))
            .unwrap();
        fs::rename(&copy, &place).unwrap();
        assert!(server.ring().unwrap().is_given_up(&old));
    }

    #[test]
    fn a_running_server_sees_a_key_that_the_command_line_adds() {
        let directory = tempfile::tempdir().unwrap();
        let (server, command) = (
            open(directory.path()).unwrap(),
            open(directory.path()).unwrap(),
        );
        let before = current(&server);
        let now = "2026-03-03T04:00:00Z".parse().unwrap();
        let added = command
            .update(|ring| Ok(ring.add(KeyKind::Master, &RandomSource::system(), now)))
            .unwrap();
        assert_ne!(before, added);
        assert_eq!(current(&server), added);
    }
}
