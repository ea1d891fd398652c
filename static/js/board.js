// Dragging a card to another column opens the step that leads there; the card's own menu of steps does the same by hand.
// <section data-board-state="needs"> … <article class="card" data-steps='{"needs": "/opportunities/7/advance/"}'>
let dragged = null;
const steps = card => JSON.parse(card?.dataset.steps || '{}');
const column = event => event.target.closest?.('[data-board-state]');
const target = event => dragged && steps(dragged)[column(event)?.dataset.boardState];

for (const card of document.querySelectorAll('.card[data-steps]')) {
  card.draggable = Object.keys(steps(card)).length > 0;
  for (const link of card.querySelectorAll('a')) link.draggable = false;
}
const clear = () => {
  for (const section of document.querySelectorAll('[data-board-state].target')) section.classList.remove('target');
};
document.addEventListener('dragstart', event => {
  dragged = event.target.closest?.('.card[data-steps]') ?? null;
  dragged?.classList.add('dragged');
});
document.addEventListener('dragover', event => {
  clear();
  if (!target(event)) return;
  event.preventDefault();
  column(event).classList.add('target');
});
document.addEventListener('drop', event => {
  const url = target(event);
  if (!url) return;
  event.preventDefault();
  location.assign(url);
});
document.addEventListener('dragend', () => {
  clear();
  dragged?.classList.remove('dragged');
  dragged = null;
});
