//! The phone: sealed store, case documents, outbox, exchange. Its engine does no I/O of its own.
