//! A server that may open few files, and more connections than that.

use crate::serve::{Served, directory, hejie};
use std::{net::TcpStream, os::unix::process::CommandExt};

#[tokio::test]
async fn a_server_with_few_descriptors_answers_however_many_connections_are_opened() {
    let data = directory();
    let mut command = hejie(data.path(), &["serve", "--listen", "127.0.0.1:0"]);
    command.env("HEJIE_SERVER_CONNECTIONS_PER_ADDRESS", "100000");
    // SAFETY: between fork and exec only a system call is made.
    unsafe { command.pre_exec(|| limit_files(300)) };
    let server = Served::spawn(command);
    let address = server.address.trim_start_matches("http://").to_owned();
    let mut idle = Vec::new();
    for _ in 0..600 {
        idle.push(TcpStream::connect(&address).unwrap());
    }
    for _ in 0..20 {
        assert_eq!(server.ready().await, 200);
    }
    let (status, said) = server.end(libc::SIGTERM);
    assert_eq!(status, Some(0));
    assert!(said.contains("connections are limited"), "{said}");
    assert!(!said.contains("no connection could be taken"), "{said}");
}

/// Limits the open files of the process that is about to be.
fn limit_files(most: u64) -> std::io::Result<()> {
    let limit = libc::rlimit {
        rlim_cur: most,
        rlim_max: most,
    };
    // SAFETY: `limit` is a whole struct that outlives the call.
    match unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) } {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error()),
    }
}
