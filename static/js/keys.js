// Single-key shortcuts (WCAG 2.1.4: <body data-keys="off"> switches them off; "/" and Escape stay with the browser).
// In the search box ↓ ↑ walk through what was found, Enter opens it (a link), Escape leaves. / search · j k move through a list · x pick · any other key presses the control that carries it in data-key.
const TYPING = 'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog';

const move = (rows, by) => {
  const at = rows.findIndex(row => row.ariaCurrent === 'true');
  const to = at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by));
  rows.forEach((row, index) => { row.ariaCurrent = String(index === to); });
  rows[to].querySelector('a')?.focus();
};

const searching = event => {
  const form = event.target.closest?.('form.search');
  if (!form || !['ArrowDown', 'ArrowUp', 'Escape'].includes(event.key) || event.isComposing) return false;
  const box = form.querySelector('input'), stops = [box, ...form.querySelectorAll('#found a')];
  event.preventDefault();
  if (event.key === 'Escape') {
    document.getElementById('found').replaceChildren();
    box.value = '';
    document.activeElement.blur();
  } else {
    const to = stops.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1);
    stops[Math.max(0, Math.min(stops.length - 1, to))].focus();
  }
  return true;
};

document.addEventListener('keydown', event => {
  if (searching(event)) return;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.body.dataset.keys === 'off' || event.target.closest?.(TYPING)) return;
  if (event.key === '/') {
    event.preventDefault();
    const boxes = [document.getElementById('q'), document.getElementById('search-text')];
    const box = boxes.find(found => found?.checkVisibility());
    if (box) box.select();
    else location.assign(boxes[0]?.form.action);
    return;
  }
  const rows = [...document.querySelectorAll('.slips .slip')];
  const current = rows.find(row => row.ariaCurrent === 'true');
  if (rows.length && (event.key === 'j' || event.key === 'k')) move(rows, event.key === 'j' ? 1 : -1);
  else if (current && event.key === 'x') current.querySelector('[name=pick]')?.click();
  else if (event.key.length === 1) document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
});
