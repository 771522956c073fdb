//! The phone from outside: its stores, its sealing, its engine and its exchanges.

mod sealing;
mod seed;
mod stores;
