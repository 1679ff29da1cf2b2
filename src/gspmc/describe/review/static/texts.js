// What a sign's texts are to this page, and how they are read.

import { element, marked, readable } from "./dom.js";

/** The part of a sign that a reviewer may change. */
export const textsOf = ({ primary, refined, synonyms, parts }) => ({
  primary,
  refined: refined ?? null,
  synonyms: [...synonyms],
  parts: parts.map(({ text, parts: names }) => ({ text, parts: [...names] })),
});

export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** Which of the four texts a finding speaks of; null where it does not say. */
const rootOf = (field) => /^[a-z]+/.exec(field)?.[0] ?? null;

const passagesFor = (checks, root) =>
  checks
    .filter(({ field, quote }) => quote && [null, root].includes(rootOf(field)))
    .map(({ rule, message, quote }) => ({
      words: quote,
      kind: "finding",
      title: `${readable(rule)}: ${message}`,
    }));

/** The texts to read, with what the findings quote marked in them. */
export function reading(texts, checks, language) {
  const line = (text, root, ...before) =>
    element("p", { lang: language }, ...before, marked(text, passagesFor(checks, root)));
  const block = (title, hint, ...content) =>
    element("div", { class: "block" },
      element("h4", {}, title, element("span", { class: "muted" }, ` ${hint}`)),
      ...(content.length ? content : [element("p", { class: "muted" }, "none")]));
  const tags = (names) =>
    names.map((name) => element("span", { class: `tag part-${name}` }, readable(name)));
  return [
    block(
      "Refined",
      texts.refined === null ? "(absent: the primary text stands in)" : "the movement alone",
      ...(texts.refined === null ? [] : [line(texts.refined, "refined")]),
    ),
    block("Synonyms", "the same in other words",
      ...texts.synonyms.map((text) => line(text, "synonyms"))),
    block("Parts", "one short text for each, and what moves",
      ...texts.parts.map(({ text, parts }) =>
        element("div", { class: "part" }, line(text, "parts"),
          element("p", { class: "tags" }, ...tags(parts))))),
    block("Primary", "the expert’s definition; not learned from", line(texts.primary, "primary")),
  ];
}

/** The findings as a list. */
export function findings(sign) {
  if (!sign.checks.length) return [element("p", { class: "muted" }, "No findings.")];
  const texts = [sign.primary, sign.refined ?? "", ...sign.synonyms];
  const all = [...texts, ...sign.parts.map(({ text }) => text)].join("\n").toLowerCase();
  return [
    element("ul", { class: "findings" },
      ...sign.checks.map(({ rule, field, quote, message }) =>
        element("li", {},
          element("strong", {}, readable(rule)),
          field ? element("span", { class: "muted" }, ` in ${readable(field)}`) : null,
          message ? element("p", {}, message) : null,
          quote ? element("blockquote", {}, quote) : null,
          quote && !all.includes(quote.toLowerCase())
            ? element("p", { class: "muted" }, "These words are not in the texts as they are now.")
            : null))),
  ];
}
