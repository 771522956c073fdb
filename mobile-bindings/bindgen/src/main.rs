//! Generates bindings: `cargo run -p hejie-bindgen -- generate --help`.
fn main() {
    uniffi::uniffi_bindgen_main();
}
