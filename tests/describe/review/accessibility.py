"""What a page must not have, asked of it in its own language: lists of offenders."""

UNNAMED = """() => [...document.querySelectorAll(
    'button, input, select, textarea, fieldset, a, canvas, progress, dialog, nav')]
  .filter((control) => {
    const by = (control.getAttribute('aria-labelledby') ?? '').split(' ').filter(Boolean)
      .map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
    const labels = [...control.labels ?? []].map((label) => label.textContent).join(' ');
    const legend = control.querySelector?.(':scope > legend')?.textContent ?? '';
    const own = ['BUTTON', 'A'].includes(control.tagName) ? control.textContent : '';
    const spoken = control.getAttribute('aria-label') ?? '';
    return !`${spoken}${by}${labels}${legend}${own}`.trim();
  }).map((control) => control.outerHTML)"""

BAD_IDS = """() => {
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  const referring = ['for', 'aria-labelledby', 'aria-describedby'];
  const missing = referring.flatMap((name) =>
    [...document.querySelectorAll(`[${name}]`)].flatMap((at) => at.getAttribute(name).split(' ')));
  return [...ids.filter((id, i) => ids.indexOf(id) !== i),
          ...missing.filter((id) => !ids.includes(id))];
}"""

LOW_CONTRAST = """() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => {
    const [R, G, B] = [r, g, b].map((v) => v / 255)
      .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * R + 0.7152 * G + 0.0722 * B;
  };
  const ground = (at) => {
    for (; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((numbers(colour)[3] ?? 1) === 1) return numbers(colour);
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll('body *')].filter((at) =>
    at.checkVisibility() && !at.disabled && [...at.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim())
  ).flatMap((at) => {
    const pair = [numbers(getComputedStyle(at).color), ground(at)].map(luminance);
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    return ratio < 4.5 ? [`${ratio.toFixed(2)} ${at.outerHTML}`] : [];
  });
}"""
