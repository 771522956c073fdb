// swift-tools-version: 5.9
// Made by package.sh: build/HejieMobile.xcframework and Sources/HejieMobile/hejie_mobile.swift.
import PackageDescription

let package = Package(
    name: "HejieMobile",
    platforms: [.iOS(.v15)],
    products: [.library(name: "HejieMobile", targets: ["HejieMobile"])],
    targets: [
        .binaryTarget(name: "hejie_mobileFFI", path: "build/HejieMobile.xcframework"),
        .target(name: "HejieMobile", dependencies: ["hejie_mobileFFI"]),
    ]
)
