// Picking several rows: "all" box, how many are picked, and the bar of batch actions (shown always without JavaScript).
const picks = () => [...document.querySelectorAll('[name=pick]')];

const show = () => {
  const picked = picks().filter(box => box.checked).length;
  for (const out of document.querySelectorAll('[data-picked]')) out.textContent = picked;
  for (const bar of document.querySelectorAll('[data-batch]')) bar.hidden = !picked;
  for (const all of document.querySelectorAll('[data-check-all]')) {
    all.checked = picked > 0 && picked === picks().length;
    all.indeterminate = picked > 0 && !all.checked;
  }
};

document.addEventListener('change', event => {
  if (event.target.matches('[data-check-all]')) for (const box of picks()) box.checked = event.target.checked;
  if (event.target.matches('[data-check-all], [name=pick]')) show();
  // a filter or sort field sends its form as soon as it changes
  if (event.target.matches('[data-submit-on-change], [data-submit-on-change] *')) event.target.form?.requestSubmit();
});
for (const button of document.querySelectorAll('[data-without-script]')) button.hidden = true;
show();
