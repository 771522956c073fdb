//! The phone of hejie for Kotlin, Swift and Python, through UniFFI.
