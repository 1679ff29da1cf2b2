// The sources beside the texts: entries of the knowledge base, and the words taken from them.

import { element, marked } from "./dom.js";

function passages(quote, references) {
  const named = references.map((words) => ({
    words,
    kind: "reference",
    title: `refers to the sign ${words}`,
    whole: true,
  }));
  return [...named, { words: quote, kind: "quote", title: "taken from here" }];
}

function fact(name, value) {
  return value
    ? element("div", {}, element("dt", {}, name), element("dd", {}, value))
    : null;
}

function source({ id, quote, entry }, hasKb) {
  if (!entry) {
    return element("article", { class: "source" },
      element("h4", {}, id),
      quote ? element("blockquote", {}, quote) : null,
      hasKb ? element("p", { class: "muted" }, "The knowledge base has no entry of this id.") : null);
  }
  const isQuoted = quote && entry.text.toLowerCase().includes(quote.toLowerCase());
  const isWhole = quote.trim() === entry.text.trim();
  return element("article", { class: "source" },
    element("h4", {}, entry.headword, element("span", { class: "muted" }, ` ${id}`)),
    element("p", { lang: entry.language },
      marked(entry.text, passages(isWhole ? "" : quote, entry.references))),
    isWhole ? element("p", { class: "muted" }, "Quoted from beginning to end.") : null,
    quote && !isQuoted ? element("blockquote", {}, quote) : null,
    quote && !isQuoted
      ? element("p", { class: "muted" }, "The words quoted are not in the entry as it is now.")
      : null,
    element("dl", { class: "facts" },
      fact("Refers to", entry.references.join(", ")),
      fact("Source", entry.source),
      fact("Licence", entry.licence),
      fact("Place", entry.location)));
}

export function sources(list, hasKb) {
  if (!list.length) return [element("p", { class: "muted" }, "No sources are named.")];
  const hint = hasKb
    ? []
    : [element("p", { class: "muted" }, "Start with --kb to read the entries here.")];
  return [...list.map((one) => source(one, hasKb)), ...hint];
}
