// "Add a line" of a formset: copies the empty row; without JavaScript the server's extra rows serve instead.
// A form that was refused opens at its first mistake.
for (const button of document.querySelectorAll('[data-formset-add]')) button.hidden = false;
for (const button of document.querySelectorAll('form:has([data-formset-add]) button[name=more]')) button.hidden = true;
document.querySelector('main [aria-invalid="true"]')?.focus();

document.addEventListener('click', event => {
  const button = event.target.closest('[data-formset-add]');
  if (!button) return;
  const set = button.closest('.formset');
  const total = set.querySelector('[name$="-TOTAL_FORMS"]');
  const row = set.querySelector('template').content.cloneNode(true);
  for (const element of row.querySelectorAll('*')) {
    for (const { name, value } of [...element.attributes]) {
      if (value.includes('__prefix__')) element.setAttribute(name, value.replaceAll('__prefix__', total.value));
    }
  }
  const first = row.querySelector('input:not([type=hidden]), select, textarea');
  button.closest('.formset > *').before(row);
  total.value = Number(total.value) + 1;
  first?.focus();
});
