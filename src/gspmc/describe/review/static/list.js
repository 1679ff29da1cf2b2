// The list of signs: filter, search, progress, and which comes next.

import { byId, element } from "./dom.js";

const FILTERS = {
  all: ["all", () => true],
  flagged: ["with findings", (sign) => sign.flagged],
  unreviewed: ["unreviewed", (sign) => !sign.verdict],
  edited: ["edited", (sign) => sign.verdict === "edited"],
  approved: ["approved", (sign) => sign.verdict === "approved"],
  rejected: ["rejected", (sign) => sign.verdict === "rejected"],
};

const SYMBOLS = { approved: "✓", rejected: "✕", edited: "✎" };

export class SignList {
  /** `open` is called with the label that is chosen. */
  constructor(open) {
    this.signs = [];
    this.open = open;
    this.current = null;
    for (const [value, [name]] of Object.entries(FILTERS)) {
      byId("filter").append(element("option", { value }, name));
    }
    byId("filter").addEventListener("change", () => this.render());
    byId("search").addEventListener("input", () => this.render());
  }

  update(signs) {
    this.signs = signs;
    const approved = signs.filter((sign) => sign.verdict === "approved").length;
    byId("progress-text").textContent = `${approved} of ${signs.length} approved`;
    byId("progress").max = Math.max(signs.length, 1);
    byId("progress").value = approved;
    this.render();
  }

  select(label) {
    this.current = label;
    for (const link of byId("list").querySelectorAll("a")) {
      const isCurrent = link.dataset.label === label;
      if (isCurrent) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    this.showCurrent();
  }

  /** The sign `step` places on among those that are shown; null at the end. */
  neighbour(step) {
    const shown = (sign) => this.isShown(sign);
    const place = this.signs.findIndex((sign) => sign.label === this.current);
    // The current sign may have left the filter, by its verdict: go on from where it stood.
    const ahead = step > 0 ? this.signs.slice(place + 1) : this.signs.slice(0, Math.max(place, 0));
    const found = step > 0 ? ahead.find(shown) : ahead.reverse().find(shown);
    return found ? found.label : null;
  }

  first() {
    return (this.signs.find((sign) => this.isShown(sign)) ?? this.signs[0])?.label ?? null;
  }

  isShown(sign) {
    const wanted = byId("search").value.trim().toLocaleLowerCase();
    const [, passes] = FILTERS[byId("filter").value];
    return passes(sign) && sign.label.toLocaleLowerCase().includes(wanted);
  }

  render() {
    const shown = this.signs.filter((sign) => this.isShown(sign));
    const focused = document.activeElement?.dataset?.label;
    byId("listed").textContent = shown.length
      ? `${shown.length} of ${this.signs.length} signs`
      : "No sign is like that.";
    byId("list").replaceChildren(...shown.map((sign) => this.item(sign)));
    if (focused !== undefined) this.link(focused)?.focus();
    this.select(this.current);
  }

  item({ label, verdict, flagged }) {
    const state = [verdict ?? "unreviewed", ...(flagged ? ["findings"] : [])].join(", ");
    const go = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab or window
      event.preventDefault();
      this.open(label);
    };
    return element(
      "li",
      {},
      element(
        "a",
        { href: `?${new URLSearchParams({ sign: label })}`, "data-label": label, onclick: go },
        element("span", { class: `dot ${verdict ?? "open"}`, "aria-hidden": "true" },
          SYMBOLS[verdict] ?? ""),
        element("span", { class: "name" }, label),
        flagged ? element("span", { class: "flag", "aria-hidden": "true" }, "⚑") : null,
        element("span", { class: "spoken" }, ` (${state})`),
      ),
    );
  }

  link(label) {
    return [...byId("list").querySelectorAll("a")].find((link) => link.dataset.label === label);
  }

  /** Scrolls the list alone, never the page. */
  showCurrent() {
    const list = byId("list");
    const link = this.link(this.current);
    if (!link) return;
    const [inner, outer] = [link.getBoundingClientRect(), list.getBoundingClientRect()];
    if (inner.top < outer.top) list.scrollTop -= outer.top - inner.top;
    if (inner.bottom > outer.bottom) list.scrollTop += inner.bottom - outer.bottom;
  }
}
