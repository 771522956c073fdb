//! A line on which bytes still move, however slowly, and one on which none do.

use crate::line::{SESSION, read};
use hejie_device::http::{LineFault, Link, LinkError};
use hejie_wire::codec::{Body, Encoding};
use std::{
    io::Write,
    net::{TcpListener, TcpStream},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

/// How long a line may be silent here.
const PATIENCE: Duration = Duration::from_secs(1);

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
    link.sign_in("lin", "invented", None).unwrap();
    let error = link.sign_in("lin", "invented", None).unwrap_err();
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

fn request(bytes: usize) -> Body {
    Body {
        encoding: Encoding::Identity,
        bytes: vec![0; bytes],
    }
}

/// Its bytes may still be on their way when nothing comes back.
#[test]
fn the_answer_to_a_large_request_is_waited_for_longer_than_that_to_a_small_one() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (_open, nobody) = mpsc::channel::<()>();
        let mut large = listener.accept().unwrap().0;
        read(&mut large);
        assert_eq!(
            nobody.recv_timeout(PATIENCE * 2),
            Err(RecvTimeoutError::Timeout)
        );
        let answer = "HTTP/1.1 200 x\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok";
        large.write_all(answer.as_bytes()).unwrap();
        let mut small = listener.accept().unwrap().0;
        read(&mut small);
        // Until the phone has given up.
        while std::io::Read::read(&mut small, &mut [0]).is_ok_and(|read| read > 0) {}
    });
    let link = Link::with_patience(&address, PATIENCE);
    // Two seconds at the slowest line that is waited for.
    assert_eq!(link.exchange("a1", &request(8192)).unwrap().bytes, b"ok");
    let error = link.exchange("a1", &request(16)).unwrap_err();
    assert_eq!(error.reason().code, "line_silent", "{error:?}");
    server.join().unwrap();
}

/// Somebody answers the call and reads nothing: what does not fit between both ends stays here.
#[test]
fn a_line_that_takes_nothing_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (tells, told) = mpsc::channel();
    thread::spawn(move || {
        let link = Link::with_patience(&address, PATIENCE);
        tells.send(link.exchange("a1", &request(32 << 20))).unwrap();
    });
    let _taken = listener.accept().unwrap().0;
    let error = told.recv_timeout(PATIENCE * 60).unwrap().unwrap_err();
    assert_eq!(error.reason().code, "line_silent", "{error:?}");
}
