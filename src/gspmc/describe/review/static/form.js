// The form in which the texts of a sign are changed.

import { element, readable } from "./dom.js";

const AIM = 60; // words; what the prompts of the generators aim at

let count = 0;
const newId = () => `field-${++count}`;

/** A growing text field with its label, word count and place for an error. */
function textField(field, name, text, language, hint = "") {
  const [id, error, words] = [newId(), newId(), newId()];
  const area = element("textarea", {
    id, lang: language, rows: 2, spellcheck: true,
    "data-field": field, "aria-describedby": `${words} ${error}`,
  });
  area.value = text;
  const told = element("span", { id: words, class: "muted" });
  const grow = () => {
    const number = area.value.split(/\s+/u).filter(Boolean).length;
    told.textContent = `${number} ${number === 1 ? "word" : "words"}${
      number > AIM ? `, more than ${AIM}` : ""}`;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  };
  area.addEventListener("input", grow);
  requestAnimationFrame(grow);
  return element("div", { class: "field" },
    element("label", { for: id }, name, hint ? element("span", { class: "muted" }, ` ${hint}`) : null),
    area,
    element("p", { class: "below" }, told, element("span", { id: error, class: "error" })));
}

/** Checkboxes of the parts that a text speaks of. */
function partBoxes(field, name, chosen, all) {
  const error = newId();
  return element("fieldset", { "data-field": field, "aria-describedby": error },
    element("legend", {}, name),
    ...all.map((part) => {
      const id = newId();
      const box = element("input", { type: "checkbox", id, value: part });
      box.checked = chosen.includes(part);
      return element("span", { class: "choice" }, box,
        element("label", { for: id, class: `part-${part}` }, readable(part)));
    }),
    element("span", { id: error, class: "error" }));
}

export class TextForm {
  /** `container` takes the form; `parts` are the names of the parts; `changed` is called on edits. */
  constructor(container, parts, submit, changed) {
    this.container = container;
    this.parts = parts;
    this.submit = submit;
    this.changed = changed;
  }

  show(texts, language) {
    this.language = language;
    const number = (i) => i + 1;
    const button = (name, label, act) =>
      element("button", { type: "button", "aria-label": label, onclick: act }, name);
    const change = (act) => () => {
      const now = this.read();
      const place = act(now);
      this.show(now, language);
      this.changed();
      this.form.querySelector(`[data-field="${place}"]`)?.focus();
    };
    this.form = element("form", { id: "edit-form", novalidate: true },
      textField("refined", "Refined", texts.refined ?? "", language,
        "the movement alone; left empty, the primary text stands in"),
      ...texts.synonyms.map((text, i) =>
        element("div", { class: "row synonym" },
          textField(`synonyms.${i}`, `Synonym ${number(i)}`, text, language),
          button("Remove", `Remove synonym ${number(i)}`, change((now) => {
            now.synonyms.splice(i, 1);
            return i ? `synonyms.${i - 1}` : "refined";
          })))),
      button("Add a synonym", null, change((now) => {
        now.synonyms.push("");
        return `synonyms.${now.synonyms.length - 1}`;
      })),
      ...texts.parts.map(({ text, parts }, i) =>
        element("div", { class: "row part" },
          element("div", {},
            textField(`parts.${i}.text`, `Part text ${number(i)}`, text, language),
            partBoxes(`parts.${i}.parts`, `Part text ${number(i)} speaks of`, parts, this.parts)),
          button("Remove", `Remove part text ${number(i)}`, change((now) => {
            now.parts.splice(i, 1);
            return i ? `parts.${i - 1}.text` : "refined";
          })))),
      button("Add a part text", null, change((now) => {
        now.parts.push({ text: "", parts: [] });
        return `parts.${now.parts.length - 1}.text`;
      })),
      textField("primary", "Primary", texts.primary, language, "the expert’s definition"));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.form.addEventListener("input", () => this.changed());
    this.container.replaceChildren(this.form);
  }

  focus() {
    this.form.querySelector("textarea").focus();
  }

  /** The texts as they stand in the form. */
  read() {
    const value = (field) => this.form.querySelector(`textarea[data-field="${field}"]`).value;
    const refined = value("refined");
    return {
      primary: value("primary"),
      refined: refined.trim() ? refined : null,
      synonyms: [...this.form.querySelectorAll(".synonym textarea")].map((area) => area.value),
      parts: [...this.form.querySelectorAll(".part")].map((row) => ({
        text: row.querySelector("textarea").value,
        parts: [...row.querySelectorAll("input:checked")].map((box) => box.value),
      })),
    };
  }

  clearErrors() {
    for (const error of this.form.querySelectorAll(".error")) error.textContent = "";
    for (const field of this.form.querySelectorAll("[aria-invalid]")) {
      field.removeAttribute("aria-invalid");
    }
  }

  /** Show each error at its field and go to the first; those of no field are returned. */
  showErrors(errors) {
    this.clearErrors();
    const left = [];
    for (const { field, message } of errors) {
      // An error deep in a list (parts.0.parts.2) is shown at the nearest field around it.
      const steps = field.split(".");
      let found = null;
      for (; steps.length && !found; steps.pop()) {
        found = this.form.querySelector(`[data-field="${steps.join(".")}"]`);
      }
      if (!found) {
        left.push(`${field} ${message}`);
        continue;
      }
      found.setAttribute("aria-invalid", "true");
      const id = found.getAttribute("aria-describedby").split(" ").at(-1);
      document.getElementById(id).textContent = message;
    }
    const first = this.form.querySelector("[aria-invalid]");
    (first?.matches("fieldset") ? first.querySelector("input") : first)?.focus();
    return left;
  }
}
