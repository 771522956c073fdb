//! The program of scenes: the same code as `hejie`, for worker processes and for tests of the whole
//! command.

fn main() -> std::process::ExitCode {
    hejie_server::cli::main()
}
