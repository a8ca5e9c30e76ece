// The state of the page in the fragment of its address, which is not sent to any server.

/** The address of this page with *state* in its fragment. */
export function writeLink({ query, labels, language, view }) {
  const fields = new URLSearchParams({ query });
  if (labels) fields.set("labels", labels);
  if (language && language !== "en") fields.set("language", language);
  if (view && view !== "table") fields.set("view", view);
  return `${location.origin}${location.pathname}#${fields}`;
}

/** The state in the fragment *hash*, null when there is none. */
export function readLink(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  if (!fields.has("query")) return null;
  const labels = fields.get("labels") ?? "";
  return {
    query: fields.get("query"),
    labels,
    language: fields.get("language") ?? (labels || "en"),
    view: fields.get("view") ?? "table",
  };
}
