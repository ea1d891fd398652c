// The quick switch between light and dark. The choice is a cookie, so that the server draws the next page right at once.
const root = document.documentElement;

const isDark = () => root.dataset.theme === 'dark'
  || (!root.dataset.theme && matchMedia('(prefers-color-scheme: dark)').matches);

for (const button of document.querySelectorAll('[data-theme-toggle]')) button.hidden = false;

document.addEventListener('click', event => {
  if (!event.target.closest('[data-theme-toggle]')) return;
  root.dataset.theme = isDark() ? 'light' : 'dark';
  const secure = location.protocol === 'https:' ? '; secure' : '';
  document.cookie = `bylaw_theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax${secure}`;
});
