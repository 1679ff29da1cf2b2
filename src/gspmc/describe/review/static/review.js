// Stepping through the signs: read, edit, decide. What is unsaved is kept until it is saved.

import { byId } from "./dom.js";
import { getSign, getSigns, putSign, Refusal } from "./api.js";
import { hideConflict, showConflict } from "./conflict.js";
import { TextForm } from "./form.js";
import { listenToKeys } from "./keys.js";
import { SignList } from "./list.js";
import { askReviewer, showReviewer } from "./reviewer.js";
import { SkeletonPlayer } from "./skeleton.js";
import { sources } from "./sources.js";
import { findings, reading, same, textsOf } from "./texts.js";

const drafts = new Map(); // label -> {texts, version}: edits, and the version they were made on
let sign = null; // as the server gave it
let isEditing = false;
let conflict = null; // {theirs, mine} while the reviewer has not chosen
let isSaving = false;
let isOpening = false; // what is on the page is no longer what was asked for: nothing is decided on it
let general = {};
let form;
let opened = 0; // counts what was asked for: an answer that comes late is thrown away

const list = new SignList((label) => open(label));
const player = new SkeletonPlayer();

// ---- messages

const tell = (text) => { byId("status").textContent = text; };

function alarm(text) {
  byId("alert").textContent = text;
  byId("alert").hidden = !text;
}

// ---- showing

async function open(label, { isStep = true } = {}) {
  const mine = ++opened;
  isOpening = true;
  showActions();
  list.select(label); // at once, so that two steps in a row are two
  let found;
  try {
    found = await getSign(label);
  } catch (refusal) {
    if (mine !== opened) return;
    isOpening = false;
    showActions();
    list.select(sign?.label ?? null);
    alarm(refusal.message);
    return;
  }
  if (mine !== opened) return;
  keepDraft(); // late, for what was typed while the server answered
  isOpening = false;
  alarm("");
  tell("");
  hideConflict();
  conflict = null;
  sign = found;
  isEditing = drafts.has(label);
  if (isStep) history.pushState(null, "", `?${new URLSearchParams({ sign: label })}`);
  document.title = `${label} – review`;
  render();
  if (innerWidth < 800) byId("signs").open = false;
  if (isStep) {
    scrollTo(0, 0);
    byId("title").focus({ preventScroll: true });
  }
  player.show(label, sign.examples, general.has_clips);
}

function render() {
  byId("sign").hidden = false;
  byId("title").textContent = sign.label;
  byId("state").replaceChildren(...stateOf(sign));
  renderTexts();
  byId("findings").replaceChildren(...findings(sign));
  byId("sources").replaceChildren(...sources(sign.sources, general.has_kb));
}

function renderTexts() {
  if (isEditing) {
    form.show(drafts.get(sign.label)?.texts ?? textsOf(sign), sign.language);
  } else {
    byId("texts").replaceChildren(...reading(textsOf(sign), sign.checks, sign.language));
  }
  showActions();
}

function stateOf({ review }) {
  const badge = document.createElement("span");
  badge.className = `badge ${review?.verdict ?? "open"}`;
  badge.textContent = review?.verdict ?? "unreviewed";
  if (!review) return [badge];
  const time = document.createElement("time");
  time.dateTime = review.at;
  const date = new Date(review.at);
  time.textContent = Number.isNaN(date.valueOf()) ? review.at : date.toLocaleString();
  return [badge, ` by ${review.by}, `, time];
}

function showActions() {
  byId("edit").hidden = isEditing;
  byId("save").hidden = byId("discard").hidden = !isEditing;
  const isWaiting = isSaving || isOpening || conflict !== null;
  for (const id of ["edit", "save", "discard", "approve", "reject"]) {
    byId(id).disabled = sign === null || isWaiting;
  }
  byId("texts").inert = conflict !== null; // what were typed now would be in neither version
}

async function refreshList() {
  try {
    general = await getSigns();
  } catch (refusal) {
    alarm(refusal.message);
    return;
  }
  byId("file").textContent = general.file;
  list.update(general.signs);
}

// ---- editing

/** Remember what stands in the form, if it is another text than the server has. */
function keepDraft() {
  if (!sign || !isEditing) return;
  const texts = form.read();
  const version = drafts.get(sign.label)?.version ?? sign.record_version;
  if (same(texts, textsOf(sign))) drafts.delete(sign.label);
  else drafts.set(sign.label, { texts, version });
}

function edit() {
  if (!sign || isOpening || conflict || isEditing) return;
  isEditing = true;
  renderTexts();
  form.focus();
}

function discard() {
  drafts.delete(sign.label);
  isEditing = false;
  renderTexts();
  byId("edit").focus();
  tell("Edits discarded.");
}

// ---- deciding

async function decide(verdict) {
  if (!sign || isOpening || isSaving || conflict) return;
  if (verdict === "edited" && !isEditing) {
    tell("Nothing to save: no edits.");
    return;
  }
  const by = await askReviewer();
  if (by === null || isOpening || isSaving || conflict) return;
  keepDraft();
  const texts = isEditing ? form.read() : textsOf(sign);
  const version = drafts.get(sign.label)?.version ?? sign.record_version;
  await send(sign.label, version, { by, verdict, ...texts });
}

async function send(label, version, verdict) {
  if (isSaving) return;
  const isHere = () => sign.label === label;
  isSaving = true;
  showActions();
  alarm("");
  tell("");
  if (isEditing) form.clearErrors();
  let saved;
  try {
    saved = await putSign(label, version, verdict);
  } catch (refusal) {
    isSaving = false;
    showActions();
    refused(refusal, { label, version, verdict, isHere: isHere() });
    return;
  }
  isSaving = false;
  const sent = textsOf(verdict);
  if (isHere()) {
    const hadFocus = byId("texts").contains(document.activeElement);
    const typed = isEditing ? form.read() : sent;
    sign = { ...sign, ...saved };
    conflict = null;
    hideConflict();
    isEditing = !same(typed, sent); // typed on while it was saved: that stays to be saved
    drafts.delete(label);
    if (isEditing) {
      keepDraft();
      showActions();
      byId("state").replaceChildren(...stateOf(sign));
    } else {
      render();
      if (hadFocus || document.activeElement === document.body || document.activeElement.hidden) {
        byId("title").focus();
      }
    }
  } else if (same(drafts.get(label)?.texts ?? null, sent)) {
    drafts.delete(label);
  }
  tell(`${label}: ${verdict.verdict === "edited" ? "saved" : verdict.verdict}.`);
  await refreshList();
}

function refused(refusal, { label, version, verdict, isHere }) {
  if (!(refusal instanceof Refusal)) throw refusal;
  if (!isHere) {
    alarm(`${label} is not saved: ${refusal.message}. Go back to it to try again.`);
  } else if (refusal.status === 409) {
    clash(refusal.body.theirs, verdict, version);
  } else if (refusal.status === 422) {
    if (!isEditing) edit();
    const left = form.showErrors(refusal.body.errors);
    alarm([refusal.message, ...left].join("; "));
  } else {
    alarm(`Not saved: ${refusal.message}. Your text is still here.`);
  }
}

/** Their sign against my texts and verdict, which I made on the version of that name. */
function clash(theirs, sent, version) {
  const label = theirs.label;
  const texts = isEditing ? form.read() : textsOf(sent); // they may have typed on meanwhile
  const mine = { ...sent, ...texts };
  conflict = { theirs, mine };
  // Whoever goes elsewhere without choosing finds it here again, and is asked again.
  if (!same(texts, textsOf(sign))) drafts.set(label, { texts, version });
  const done = () => {
    conflict = null;
    hideConflict();
    sign = { ...sign, ...theirs };
  };
  showActions();
  showConflict(theirs, mine, {
    takeTheirs() {
      done();
      drafts.delete(label);
      isEditing = false;
      render();
      byId("title").focus();
      tell(`${label}: theirs taken.`);
      refreshList();
    },
    keepMine: () => send(label, theirs.record_version, mine),
    goOn() {
      done();
      drafts.set(label, { texts, version: theirs.record_version });
      isEditing = true;
      render();
      form.focus();
      tell("Saving will replace their version, which you have seen.");
    },
  });
}

// ---- stepping

function step(by) {
  const label = list.neighbour(by);
  if (label === null) tell(by > 0 ? "This is the last sign." : "This is the first sign.");
  else open(label);
}

function fromAddress() {
  const label = new URLSearchParams(location.search).get("sign") ?? list.first();
  if (label !== null) open(label, { isStep: false });
}

const help = () => byId("help-dialog").showModal();
const act = {
  previous: () => step(-1),
  next: () => step(1),
  edit,
  discard,
  save: () => decide("edited"),
  reject: () => decide("rejected"),
  approve: () => decide("approved"),
  help,
  reviewer: () => askReviewer(true),
};
for (const [id, does] of Object.entries(act)) byId(id).addEventListener("click", does);
byId("help-close").addEventListener("click", () => byId("help-dialog").close());
listenToKeys(
  {
    j: act.next, ArrowRight: act.next, k: act.previous, ArrowLeft: act.previous,
    e: act.edit, a: act.approve, r: act.reject, p: () => player.toggle(),
    "/": () => { byId("signs").open = true; byId("search").focus(); },
    "?": help,
  },
  act.save,
);
addEventListener("popstate", fromAddress);
addEventListener("focus", refreshList);
addEventListener("beforeunload", (event) => {
  keepDraft();
  if (drafts.size) event.preventDefault();
});

showReviewer();
showActions();
byId("signs").open = innerWidth >= 800;
await refreshList();
if (general.parts) {
  form = new TextForm(byId("texts"), general.parts, act.save, () => {});
  fromAddress();
}
