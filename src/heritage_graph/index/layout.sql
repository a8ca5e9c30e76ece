-- The tables of one index. What a column holds is told where it is not plain from its name.

-- degree: in how many participations; earliest and latest: days as proleptic ordinals, NULL where open or unknown.
CREATE TABLE thing (
  number INTEGER PRIMARY KEY,
  iri TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL DEFAULT 'other',
  degree INTEGER NOT NULL DEFAULT 0,
  earliest INTEGER,
  latest INTEGER
);

CREATE TABLE type (
  thing INTEGER NOT NULL,
  iri TEXT NOT NULL,
  PRIMARY KEY (thing, iri)
) WITHOUT ROWID;

CREATE TABLE facet (
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  thing INTEGER NOT NULL,
  PRIMARY KEY (name, value, thing)
) WITHOUT ROWID;

-- words: the folded name with single spaces in place of all that is no letter or digit; empty where nothing is left.
-- use: 0 a preferred name, 1 another one. Numbered from 1 in the order of words, so that the names with one beginning
-- are a run of numbers.
CREATE TABLE name (
  number INTEGER PRIMARY KEY,
  thing INTEGER NOT NULL,
  text TEXT NOT NULL,
  language TEXT NOT NULL,
  use INTEGER NOT NULL,
  words TEXT NOT NULL
);

-- In which names each piece of three letters stands: their numbers in order, packed as an array of `entries.PACKED`.
CREATE TABLE piece (
  letters TEXT PRIMARY KEY,
  names BLOB NOT NULL
);

-- Short names as they are and with each of their letters left out: two that differ by one slip meet in one of these.
CREATE TABLE near (
  variant TEXT NOT NULL,
  name INTEGER NOT NULL,
  PRIMARY KEY (variant, name)
) WITHOUT ROWID;

-- What the queries gave, by the IRI of the thing.
CREATE TEMP TABLE given_class (class TEXT NOT NULL, above TEXT NOT NULL);
CREATE TEMP TABLE given_kind (class TEXT PRIMARY KEY, kind TEXT NOT NULL, place INTEGER NOT NULL);
CREATE TEMP TABLE given_type (iri TEXT NOT NULL, class TEXT NOT NULL);
CREATE TEMP TABLE given_name (
  iri TEXT NOT NULL, text TEXT NOT NULL, language TEXT NOT NULL, use INTEGER NOT NULL, words TEXT NOT NULL
);
CREATE TEMP TABLE given_degree (iri TEXT NOT NULL, degree INTEGER NOT NULL);
CREATE TEMP TABLE given_bound (iri TEXT NOT NULL, earliest INTEGER, latest INTEGER);
CREATE TEMP TABLE given_publication (iri TEXT NOT NULL, earliest INTEGER NOT NULL, latest INTEGER NOT NULL);
CREATE TEMP TABLE given_facet (name TEXT NOT NULL, value TEXT NOT NULL, iri TEXT NOT NULL);
