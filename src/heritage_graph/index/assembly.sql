-- Make the tables of what the queries gave.

-- A thing has a kind of its own or a name, and is no term of an ontology.
INSERT INTO thing (iri, kind)
SELECT iri, COALESCE(kind, 'other')
FROM (
  SELECT iri, kind, MIN(place)
  FROM (
    SELECT iri, kind, place FROM given_type JOIN given_kind USING (class)
    UNION ALL
    SELECT DISTINCT iri, NULL, 99 FROM given_name
  )
  WHERE iri NOT IN (
    SELECT iri FROM given_type
    WHERE class LIKE 'http://www.w3.org/2002/07/owl#%'
       OR class LIKE 'http://www.w3.org/2000/01/rdf-schema#%'
       OR class LIKE 'http://www.w3.org/1999/02/22-rdf-syntax-ns#%'
  )
  GROUP BY iri
)
ORDER BY iri;

INSERT OR IGNORE INTO type
SELECT number, class FROM given_type JOIN thing USING (iri);

UPDATE thing SET degree = given_degree.degree FROM given_degree WHERE given_degree.iri = thing.iri;

UPDATE thing SET earliest = day.earliest, latest = day.latest
FROM (SELECT iri, MIN(earliest) AS earliest, MAX(latest) AS latest FROM given_publication GROUP BY iri) AS day
WHERE day.iri = thing.iri;

UPDATE thing SET earliest = day.earliest, latest = day.latest
FROM (SELECT iri, MIN(earliest) AS earliest, MAX(latest) AS latest FROM given_bound GROUP BY iri) AS day
WHERE day.iri = thing.iri;

INSERT INTO facet
SELECT name, value, number FROM given_facet JOIN thing USING (iri)
UNION
SELECT 'type', iri, thing FROM type
UNION
SELECT 'type', above, thing FROM type JOIN given_class ON class = iri
ORDER BY 1, 2, 3;

INSERT INTO name (thing, text, language, use, words)
SELECT number, text, language, MIN(use), words
FROM given_name JOIN thing USING (iri)
GROUP BY words, number, text, language
ORDER BY words, number, text, language;

CREATE INDEX name_words ON name (words);
CREATE INDEX name_thing ON name (thing);
CREATE INDEX thing_kind ON thing (kind, iri);
CREATE INDEX facet_thing ON facet (thing, name);
