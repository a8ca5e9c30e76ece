-- The change log of one store. `sequence` orders changes as they became visible; `moment` says when that was.

-- One row for each generation taken; its changes are those from `first` to `last` (`last` < `first`: none).
CREATE TABLE moment (
  generation INTEGER PRIMARY KEY,
  key        TEXT NOT NULL,     -- of the commit: another store has other keys
  at         INTEGER NOT NULL,  -- seconds since 1970 (UTC), never less than in a row before
  first      INTEGER NOT NULL,
  last       INTEGER NOT NULL
);
CREATE INDEX moment_at ON moment (at, generation);

CREATE TABLE graph (
  number INTEGER PRIMARY KEY,
  iri    TEXT NOT NULL UNIQUE
);

CREATE TABLE family (name TEXT PRIMARY KEY) WITHOUT ROWID;

-- One row for each entity ever seen; `sequence` is that of its last change, `graphs` are numbers with spaces between.
CREATE TABLE entity (
  number   INTEGER PRIMARY KEY,
  iri      TEXT NOT NULL UNIQUE,
  family   TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  graphs   TEXT NOT NULL
);
CREATE UNIQUE INDEX entity_sequence ON entity (sequence);
CREATE UNIQUE INDEX entity_family ON entity (family, sequence);

-- The records that each graph states something of, by their last change.
CREATE TABLE stated (
  graph    INTEGER NOT NULL,
  family   TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (graph, family, sequence)
) WITHOUT ROWID;

CREATE TABLE change (
  sequence    INTEGER PRIMARY KEY,
  generation  INTEGER NOT NULL,
  entity      INTEGER NOT NULL,
  family      TEXT NOT NULL,
  kind        TEXT NOT NULL,
  sources     TEXT NOT NULL,    -- numbers of graphs with spaces between
  has_content INTEGER NOT NULL
);
CREATE UNIQUE INDEX change_entity ON change (entity, sequence);
CREATE UNIQUE INDEX change_family ON change (family, kind, sequence);

-- The changes that were made by each graph.
CREATE TABLE changed (
  graph    INTEGER NOT NULL,
  family   TEXT NOT NULL,
  kind     TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (graph, family, kind, sequence)
) WITHOUT ROWID;

-- N-Quads, compressed with zlib.
CREATE TABLE content (
  sequence INTEGER PRIMARY KEY,
  quads    BLOB NOT NULL
);
