//! The HTTP API, called in this process.

mod access;
mod acts;
mod audit;
mod catalogue;
mod course;
mod demo;
mod departed;
mod desk;
mod device;
mod lane;
mod leaving;
mod mark;
mod openapi;
mod order;
mod outbox;
mod problem;
mod put_back;
mod put_out;
mod register;
mod registry;
mod session;
mod stream;
mod token;
mod verdict;
