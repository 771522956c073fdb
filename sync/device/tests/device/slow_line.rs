//! A line on which bytes still move, however slowly, and one on which none do.

use crate::{
    bad_line::PATIENCE,
    line::{SESSION, read},
};
use hejie_device::http::{LineFault, Link, LinkError};
use std::{
    io::Write,
    net::{TcpListener, TcpStream},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
};

/// Pieces in which the slow answer comes, a quarter of the patience apart.
const PIECES: usize = 8;

fn answer_slowly(stream: &mut TcpStream) {
    let answer = format!(
        "HTTP/1.1 200 x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{SESSION}",
        SESSION.len()
    );
    let (_open, nobody) = mpsc::channel::<()>();
    for piece in answer.as_bytes().chunks(answer.len().div_ceil(PIECES)) {
        stream.write_all(piece).unwrap();
        assert_eq!(
            nobody.recv_timeout(PATIENCE / 4),
            Err(RecvTimeoutError::Timeout)
        );
    }
}

#[test]
fn a_slow_line_goes_on_and_a_dead_one_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (given_up, waits) = mpsc::channel::<()>();
    let server = thread::spawn(move || {
        let mut slow = listener.accept().unwrap().0;
        read(&mut slow);
        answer_slowly(&mut slow);
        let dead = listener.accept().unwrap().0;
        waits.recv().unwrap();
        drop(dead);
    });
    let link = Link::with_patience(&address, PATIENCE);
    // As a whole it takes twice as long as a line may be silent.
    link.sign_in("lin", "invented").unwrap();
    let error = link.sign_in("lin", "invented").unwrap_err();
    assert!(
        matches!(
            error,
            LinkError::Line {
                fault: LineFault::Silent,
                ..
            }
        ),
        "{error:?}"
    );
    given_up.send(()).unwrap();
    server.join().unwrap();
}
