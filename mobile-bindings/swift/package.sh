#!/usr/bin/env bash
# Builds HejieMobile.xcframework and the Swift sources beside Package.swift. Needs a Mac with Xcode
# and the Rust targets aarch64-apple-ios and aarch64-apple-ios-sim; it is not run in this
# repository's tests.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cd "$here/../.."
target="${CARGO_TARGET_DIR:-target}"

for platform in aarch64-apple-ios aarch64-apple-ios-sim; do
    cargo rustc -p hejie-mobile --profile mobile --locked --target "$platform" --crate-type staticlib
done
# The metadata that the generator reads is stripped from the mobile profile: generate from a debug
# library.
cargo build -p hejie-mobile --locked
cargo run --locked -p hejie-bindgen -- generate "$target/debug/libhejie_mobile.dylib" --language swift --no-format \
    --out-dir "$here/Sources/HejieMobile"

headers="$here/build/headers"
rm -rf "$here/build" && mkdir -p "$headers"
mv "$here/Sources/HejieMobile/hejie_mobileFFI.h" "$headers/"
mv "$here/Sources/HejieMobile/hejie_mobileFFI.modulemap" "$headers/module.modulemap"
xcodebuild -create-xcframework \
    -library "$target/aarch64-apple-ios/mobile/libhejie_mobile.a" -headers "$headers" \
    -library "$target/aarch64-apple-ios-sim/mobile/libhejie_mobile.a" -headers "$headers" \
    -output "$here/build/HejieMobile.xcframework"
