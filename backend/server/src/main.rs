//! The command `hejie`.

fn main() -> std::process::ExitCode {
    hejie_server::cli::main()
}
