// Somebody else changed the sign meanwhile: both versions side by side, and the choice.

import { byId, element, readable } from "./dom.js";
import { same } from "./texts.js";

const parts = (list) => list.map(({ text, parts: names }) => `${text} [${names.map(readable).join(", ")}]`);

const ROWS = [
  ["Verdict", ({ verdict }) => [verdict ?? "none"]],
  ["Refined", ({ refined }) => [refined ?? "(absent)"]],
  ["Synonyms", ({ synonyms }) => synonyms],
  ["Parts", (texts) => parts(texts.parts)],
  ["Primary", ({ primary }) => [primary]],
];

/**
 * Show their version (a sign) beside mine (texts and verdict).
 * `choices` are functions: takeTheirs, keepMine, goOn.
 */
export function showConflict(theirs, mine, choices) {
  const who = theirs.review ? theirs.review.by : "Another program";
  const language = theirs.language;
  const side = (name, lines) =>
    element("div", { class: "side" },
      element("h5", {}, name),
      ...(lines.length ? lines : ["none"]).map((line) => element("p", { lang: language }, line)));
  const theirView = { ...theirs, verdict: theirs.review?.verdict ?? null };
  const views = ROWS.map(([name, view]) => ({ name, left: view(theirView), right: view(mine) }));
  const equal = views.filter(({ left, right }) => same(left, right)).map(({ name }) => name);
  const rows = views
    .filter(({ left, right }) => !same(left, right))
    .map(({ name, left, right }) =>
      element("div", { class: "pair" },
        element("h4", {}, name),
        element("div", { class: "two" }, side(`Theirs (${who})`, left), side("Yours", right))));
  const choose = (name, act) => element("button", { type: "button", onclick: act }, name);
  byId("conflict-title").textContent = `${who} changed ${theirs.label} while you worked on it`;
  byId("conflict-body").replaceChildren(
    element("p", {}, "Nothing of yours is saved yet, and nothing is lost. Choose:"),
    element("div", { class: "buttons" },
      choose("Take theirs", choices.takeTheirs),
      choose("Keep mine", choices.keepMine),
      choose("Go on editing mine", choices.goOn)),
    element("div", { class: "pairs" }, ...rows),
    element("p", { class: "muted" },
      equal.length ? `The same in both: ${equal.join(", ").toLowerCase()}.` : ""));
  byId("conflict").hidden = false;
  byId("conflict-title").focus();
}

export function hideConflict() {
  byId("conflict").hidden = true;
  byId("conflict-body").replaceChildren();
}
