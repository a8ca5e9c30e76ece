// The query as a program in another language, quoted by the rules of that language.

const GRAPH_FORMS = ["CONSTRUCT", "DESCRIBE"];

/** The program in *language* that asks the query of *state* at *endpoint*. */
export function snippet(language, endpoint, { query, form, labels }) {
  const rows = !GRAPH_FORMS.includes(form);
  const labelled = labels && form === "SELECT"; // the parameter is refused elsewhere
  return PROGRAMS[language]({ endpoint: labelled ? `${endpoint}?labels=${labels}` : endpoint, query, rows });
}

const PROGRAMS = {
  curl: ({ endpoint, query, rows }) =>
    `curl --fail-with-body -H ${shell(`Accept: ${rows ? "text/csv" : "text/turtle"}`)} \\
  --data-urlencode ${shell(`query=${query}`)} \\
  ${shell(endpoint)}
`,

  python: ({ endpoint, query, rows }) => `${rows ? "import csv\nimport io\n" : ""}from urllib.parse import urlencode
from urllib.request import Request, urlopen

query = """${query.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"""
request = Request("${endpoint}", urlencode({"query": query}).encode(), {"Accept": "${rows ? "text/csv" : "text/turtle"}"})
with urlopen(request) as answer:
    text = answer.read().decode()
${rows ? "for row in csv.DictReader(io.StringIO(text)):\n    print(row)" : "print(text)"}
`,

  r: ({ endpoint, query, rows }) => {
    const dashes = dashesFor(query);
    const address = `paste0("${endpoint}${endpoint.includes("?") ? "&" : "?"}format=${rows ? "csv" : "ttl"}&query=", URLencode(query, reserved = TRUE))`;
    return `query <- r"${dashes}(${query})${dashes}"
address <- ${address}
${rows ? 'answer <- read.csv(address, encoding = "UTF-8")\nprint(answer)' : 'writeLines(readLines(address, encoding = "UTF-8"))'}
`;
  },

  javascript: ({ endpoint, query, rows }) => `const query = \`${query.replace(/[\\`]|\$\{/g, "\\$&")}\`;
const answer = await fetch("${endpoint}", {
  method: "POST",
  headers: { Accept: "${rows ? "application/sparql-results+json" : "text/turtle"}" },
  body: new URLSearchParams({ query }),
});
if (!answer.ok) throw new Error(await answer.text());
console.log(await answer.${rows ? "json" : "text"}());
`,
};

function shell(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** As many dashes as make R's raw string end only where it should. */
function dashesFor(query) {
  let dashes = "";
  while (query.includes(`)${dashes}"`)) dashes += "-";
  return dashes;
}
