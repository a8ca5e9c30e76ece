-- What one run takes, beside the file.

-- What the log of the store tells, one row for each graph of a change.
CREATE TEMP TABLE told (
  generation INTEGER NOT NULL,
  iri        TEXT NOT NULL,
  kind       TEXT NOT NULL,
  graph      INTEGER
);

-- The entities that are there in the last generation.
CREATE TEMP TABLE standing (iri TEXT PRIMARY KEY) WITHOUT ROWID;

-- The changes in their order; `next` is the generation of the next one of the same entity, if there is one.
CREATE TEMP TABLE coming (
  sequence   INTEGER PRIMARY KEY,
  generation INTEGER NOT NULL,
  iri        TEXT NOT NULL,
  kind       TEXT NOT NULL,
  sources    TEXT NOT NULL,
  next       INTEGER
);

-- The changes that another one of the same entity followed.
CREATE TEMP TABLE followed (sequence INTEGER PRIMARY KEY);

CREATE TEMP TABLE kept (generation INTEGER PRIMARY KEY);
