// Toasts that can be dismissed, printing, and opening dialogs where the browser does not know command/commandfor yet.
document.addEventListener('click', event => {
  event.target.closest('[data-dismiss]')?.closest('.toast')?.remove();
  if (event.target.closest('[data-print]')) print();
  const button = event.target.closest('button[commandfor]');
  if (!button || 'commandForElement' in button) return;
  const dialog = document.getElementById(button.getAttribute('commandfor'));
  if (button.getAttribute('command') === 'show-modal') dialog?.showModal();
  if (button.getAttribute('command') === 'close') dialog?.close();
});

// A form is sent once: a second click while the first is on its way does nothing (for five seconds: a download ends unseen).
document.addEventListener('submit', event => {
  if (event.target.method !== 'post' || event.defaultPrevented) return;
  if (event.target.dataset.sent) event.preventDefault();
  else {
    event.target.dataset.sent = 'yes';
    setTimeout(() => { delete event.target.dataset.sent; }, 5000);
  }
});
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
});
