-- All that a phone keeps: rows of sealed values. What they mean is known to the engine alone (sync/device/src/store.rs).
CREATE TABLE row (
    tab     INTEGER NOT NULL, -- family of rows: the code of `Table`
    grp     BLOB    NOT NULL, -- 16 bytes: keyed hash of a case id or of a name; says nothing to a reader of the file
    num     INTEGER NOT NULL, -- place within the group
    version INTEGER NOT NULL, -- number of the commit that wrote the row; part of the sealed value's associated data
    sealed  BLOB    NOT NULL, -- 24 bytes of nonce, then the value under XChaCha20-Poly1305
    PRIMARY KEY (tab, grp, num)
) STRICT;

-- The check on opening reads every row's version and no row's value.
CREATE UNIQUE INDEX row_version ON row (tab, grp, num, version);
