// Building the page from data. Everything that came from a file enters as text, never as HTML.

/** An element with attributes; `on…` are listeners, `false` and `null` leave an attribute out. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(name, value);
    }
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

export const byId = (id) => document.getElementById(id);

const escaped = (words) => words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * A text in which passages are marked; where they overlap, a stretch is marked as all of them.
 * `passages` are {words, kind, title}. With `whole` only whole words count, so that the sign A is
 * not found in every "hand".
 */
export function marked(text, passages) {
  const found = [];
  for (const { words, kind, title, whole } of passages) {
    if (!words.trim()) continue;
    const edges = whole ? ["(?<![\\p{L}\\p{N}])", "(?![\\p{L}\\p{N}])"] : ["", ""];
    const caseless = words.length > 1 ? "i" : "";
    const pattern = new RegExp(edges[0] + escaped(words) + edges[1], `gu${caseless}`);
    for (const match of text.matchAll(pattern)) {
      found.push({ from: match.index, to: match.index + match[0].length, kind, title });
    }
  }
  const edges = new Set([0, text.length, ...found.flatMap(({ from, to }) => [from, to])]);
  const cuts = [...edges].sort((a, b) => a - b);
  const fragment = document.createDocumentFragment();
  for (let i = 0; i + 1 < cuts.length; i++) {
    const stretch = text.slice(cuts[i], cuts[i + 1]);
    const over = found.filter(({ from, to }) => from <= cuts[i] && cuts[i + 1] <= to);
    const kinds = [...new Set(over.map(({ kind }) => kind))].join(" ");
    const titles = [...new Set(over.map(({ title }) => title))].join("; ");
    fragment.append(over.length ? element("mark", { class: kinds, title: titles }, stretch) : stretch);
  }
  return fragment;
}

/** A part's name as it is read: left_hand is "left hand". */
export const readable = (name) => name.replaceAll("_", " ");
