//! The line between phones and server: a proxy that passes one request a connection, and breaks
//! some of them.

use crate::moment;
use parking_lot::Mutex;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// A line.
pub struct Line {
    pub port: u16,
    state: Arc<State>,
}

struct State {
    server: u16,
    /// Of a thousand requests, how many are broken.
    broken_of_1000: AtomicUsize,
    broken: AtomicUsize,
    rng: Mutex<StdRng>,
}

/// What happens to a request.
#[derive(Debug, Clone, Copy)]
enum Break {
    /// The line dies after so many of a thousand parts of the request.
    CutUp(usize),
    /// The line dies after so many of a thousand parts of the answer.
    CutDown(usize),
    /// The server has the request, and nobody has the answer.
    LoseAnswer,
    /// The request arrives twice, one after the other.
    Twice,
    /// The request arrives twice, at once.
    AtOnce,
    /// One bit of the request is another.
    Flip(usize),
    /// Nothing is heard for a while, then the line is dead.
    Silence,
    /// It comes through, late.
    Late,
}

impl Line {
    /// A sound line to a server.
    pub fn to(server: u16, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            server,
            broken_of_1000: AtomicUsize::new(0),
            broken: AtomicUsize::new(0),
            rng: Mutex::new(StdRng::seed_from_u64(seed)),
        });
        let shared = state.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let state = shared.clone();
                // A line that fails is what this is for.
                thread::spawn(move || state.pass(client).ok());
            }
        });
        Self { port, state }
    }

    /// Breaks so many of a thousand requests from now on.
    pub fn break_of_1000(&self, broken: usize) {
        self.state.broken_of_1000.store(broken, Ordering::SeqCst);
    }

    /// How many were broken.
    pub fn broken(&self) -> usize {
        self.state.broken.load(Ordering::SeqCst)
    }
}

impl State {
    fn pass(&self, mut client: TcpStream) -> io::Result<()> {
        client.set_read_timeout(Some(Duration::from_secs(10)))?;
        let request = read_request(&mut client)?;
        match self.next_break() {
            None => self.forward(&request, &mut client),
            Some(how) => {
                self.broken.fetch_add(1, Ordering::SeqCst);
                self.break_it(how, request, client)
            }
        }
    }

    fn next_break(&self) -> Option<Break> {
        let mut rng = self.rng.lock();
        if rng.random_range(0..1_000) >= self.broken_of_1000.load(Ordering::SeqCst) {
            return None;
        }
        let part = rng.random_range(0..1_000);
        Some(match rng.random_range(0..8) {
            0 => Break::CutUp(part),
            1 => Break::CutDown(part),
            2 => Break::LoseAnswer,
            3 => Break::Twice,
            4 => Break::AtOnce,
            5 => Break::Flip(part),
            6 => Break::Silence,
            _ => Break::Late,
        })
    }

    fn break_it(&self, how: Break, mut request: Vec<u8>, mut client: TcpStream) -> io::Result<()> {
        match how {
            Break::CutUp(part) => {
                let mut server = self.connect()?;
                let until = request.len() * part / 1_000;
                server.write_all(&request[..until])?;
                server.shutdown(Shutdown::Both)?;
                client.shutdown(Shutdown::Both)
            }
            Break::CutDown(part) => {
                let answer = self.answer(&request)?;
                client.write_all(&answer[..answer.len() * part / 1_000])?;
                client.shutdown(Shutdown::Both)
            }
            Break::LoseAnswer => {
                self.answer(&request)?;
                client.shutdown(Shutdown::Both)
            }
            Break::Twice => {
                self.answer(&request)?;
                self.forward(&request, &mut client)
            }
            Break::AtOnce => thread::scope(|scope| {
                scope.spawn(|| self.answer(&request).ok());
                self.forward(&request, &mut client)
            }),
            Break::Flip(part) => {
                let body = head_length(&request).unwrap_or_default();
                let at = body + (request.len() - body) * part / 1_000;
                if let Some(byte) = request.get_mut(at) {
                    *byte ^= 1 << (part % 8);
                }
                self.forward(&request, &mut client)
            }
            Break::Silence => {
                moment::pass(Duration::from_millis(400));
                client.shutdown(Shutdown::Both)
            }
            Break::Late => {
                moment::pass(Duration::from_millis(150));
                self.forward(&request, &mut client)
            }
        }
    }

    fn forward(&self, request: &[u8], client: &mut TcpStream) -> io::Result<()> {
        let answer = self.answer(request)?;
        client.write_all(&answer)?;
        client.shutdown(Shutdown::Both)
    }

    fn answer(&self, request: &[u8]) -> io::Result<Vec<u8>> {
        let mut server = self.connect()?;
        server.write_all(request)?;
        let mut answer = Vec::new();
        server.read_to_end(&mut answer)?;
        Ok(answer)
    }

    fn connect(&self) -> io::Result<TcpStream> {
        let server = TcpStream::connect(("127.0.0.1", self.server))?;
        server.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(server)
    }
}

/// Reads one request and asks the server to close behind its answer.
fn read_request(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut part = [0; 16 << 10];
    loop {
        if let Some(head) = head_length(&bytes) {
            let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
            let length = text
                .lines()
                .find_map(|line| {
                    line.strip_prefix("content-length:")?
                        .trim()
                        .parse::<usize>()
                        .ok()
                })
                .unwrap_or_default();
            if bytes.len() >= head + length {
                let line = bytes
                    .windows(2)
                    .position(|two| two == b"\r\n")
                    .unwrap_or_default()
                    + 2;
                bytes.splice(line..line, *b"connection: close\r\n");
                return Ok(bytes);
            }
        }
        match client.read(&mut part)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => bytes.extend_from_slice(&part[..n]),
        }
    }
}

fn head_length(bytes: &[u8]) -> Option<usize> {
    bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .map(|at| at + 4)
}
