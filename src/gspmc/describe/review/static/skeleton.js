// The moving skeleton of an example clip. What points and bones are comes from the server.

import { byId, element, readable } from "./dom.js";
import { getClip, getLayout } from "./api.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");

export class SkeletonPlayer {
  constructor() {
    this.layout = null;
    this.clip = null;
    this.frame = 0;
    this.isPlaying = false;
    this.wanted = 0; // counts what was asked for: an answer that comes late is thrown away
    byId("play").addEventListener("click", () => this.toggle());
    byId("back").addEventListener("click", () => this.step(-1));
    byId("forth").addEventListener("click", () => this.step(1));
    byId("frame").addEventListener("input", (event) => {
      this.pause();
      this.go(Number(event.target.value));
    });
    byId("clip").addEventListener("change", (event) => this.load(event.target.value));
    dark.addEventListener("change", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(byId("skeleton"));
  }

  /** Offer the examples of a sign and show the first. */
  async show(label, examples, hasClips) {
    this.pause();
    this.clip = null;
    const none = hasClips
      ? `The store has no clip of ${label}.`
      : "Start with --clips to see an example here.";
    byId("example-none").textContent = none;
    byId("example-none").hidden = examples.length > 0;
    byId("player").hidden = examples.length === 0;
    byId("clip").replaceChildren(
      ...examples.map(({ id, signer, split, frames }, i) =>
        element("option", { value: id },
          `${i + 1}: ${[signer && `signer ${signer}`, split, `${frames} frames`]
            .filter(Boolean).join(", ")}`)));
    this.wanted += 1;
    if (examples.length) await this.load(examples[0].id);
  }

  async load(id) {
    const mine = ++this.wanted;
    this.pause();
    try {
      this.layout ??= await getLayout();
      const clip = await getClip(id);
      if (mine !== this.wanted) return;
      this.clip = clip;
    } catch (refusal) {
      if (mine !== this.wanted) return;
      byId("example-words").textContent = refusal.message;
      return;
    }
    byId("legend").replaceChildren(
      ...this.layout.parts.map(({ name }) =>
        element("span", { class: `part-${name}` }, readable(name))));
    byId("example-words").textContent = this.clip.words;
    byId("skeleton").setAttribute("aria-label", this.clip.words);
    byId("frame").max = this.clip.frames.length - 1;
    this.go(0);
    if (!calm.matches) this.play();
  }

  toggle() {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  play() {
    if (!this.clip || this.isPlaying) return;
    this.isPlaying = true;
    byId("play").textContent = "Pause";
    let last = performance.now();
    let passed = 0; // frames since the last one was drawn
    const tick = (now) => {
      if (!this.isPlaying) return;
      passed += ((now - last) / 1000) * this.clip.fps * Number(byId("speed").value);
      last = now;
      if (passed >= 1) {
        this.go((this.frame + Math.floor(passed)) % this.clip.frames.length);
        passed %= 1;
      }
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  pause() {
    this.isPlaying = false;
    byId("play").textContent = "Play";
  }

  step(by) {
    if (!this.clip) return;
    this.pause();
    const count = this.clip.frames.length;
    this.go((this.frame + by + count) % count);
  }

  go(frame) {
    this.frame = frame;
    byId("frame").value = frame;
    const place = `${frame + 1} of ${this.clip.frames.length}`;
    byId("frame-text").textContent = place;
    byId("frame").setAttribute("aria-valuetext", place);
    byId("skeleton").dataset.frame = frame;
    this.draw();
  }

  draw() {
    const canvas = byId("skeleton");
    if (!this.clip || !canvas.clientWidth) return;
    const scale = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
    }
    const context = canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    const [left, top, right, bottom] = this.clip.box;
    const zoom = Math.min(width / (right - left), height / (bottom - top));
    const place = ([x, y]) => [
      width / 2 + (x - (left + right) / 2) * zoom,
      height / 2 + (y - (top + bottom) / 2) * zoom,
    ];
    const points = this.clip.frames[this.frame].map((point) => point && place(point));
    const style = getComputedStyle(canvas);
    for (const { name, points: own, bones } of this.layout.parts) {
      context.strokeStyle = context.fillStyle = style.getPropertyValue(`--part-${name}`);
      context.lineWidth = 2.5;
      context.lineCap = "round";
      context.beginPath();
      for (const [a, b] of bones) {
        if (!points[a] || !points[b]) continue;
        context.moveTo(...points[a]);
        context.lineTo(...points[b]);
      }
      context.stroke();
      for (const point of own.map((i) => points[i]).filter(Boolean)) {
        context.beginPath();
        context.arc(...point, 2.2, 0, 2 * Math.PI);
        context.fill();
      }
    }
  }
}
