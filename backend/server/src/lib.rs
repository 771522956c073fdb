//! The server of hejie: identity, exchange, rulings, fold, console API.
