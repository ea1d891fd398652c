"""A window whose person never touches the mouse: the Tab key, the arrows, Space and Enter."""

from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.journeys.windows import PASSWORD, Window, kind_of

FAR = 400  # stops of the Tab key before we say that a control cannot be reached
HAS_FOCUS = "control => control === document.activeElement"
HAS_FOCUS_AND_SHOWS_IT = """control => {
  const style = getComputedStyle(control);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1
    || control.matches('input[type=file], input[type=checkbox], input[type=radio]')
    || style.boxShadow !== 'none';
}"""
AT_THE_TOP = "() => document.activeElement === document.body && Boolean(document.querySelector('a.skip'))"
CHOSEN = "select => select.selectedOptions[0]?.label"


class KeyboardWindow(Window):
    """As `Window`, by keyboard alone; a control with the focus must show it."""

    def press_key(self, key):
        """Press one key."""
        self.page.keyboard.press(key)

    def sign_in(self):
        """Sign in through the form, which has the focus in its first field."""
        self.page.goto("/login/")
        self.act_on(self.page.get_by_role("button", name="English"))
        for label, text in (("E-mail", self.user.email), ("Password", PASSWORD)):
            self.reach(self.page.get_by_label(label))
            self.page.keyboard.type(text)
        with self.page.expect_navigation(url=f"{self.url}/"):
            self.press_key("Enter")
        return self

    def reach(self, control):
        """Move the focus to a control with the Tab key, past the menu by the skip link."""
        handle = control.element_handle()
        if self.page.evaluate(AT_THE_TOP):
            self.press_key("Tab")
            self.press_key("Enter")
        for _stop in range(FAR):
            if handle.evaluate(HAS_FOCUS):
                assert handle.evaluate(HAS_FOCUS_AND_SHOWS_IT), f"no focus ring on {control} at {self.page.url}"
                return
            self.press_key("Tab")
        raise AssertionError(f"{control} cannot be reached by Tab at {self.page.url}")

    def act_on(self, control):
        """Focus a link or button and press Enter."""
        self.reach(control)
        with self.page.expect_navigation():
            self.press_key("Enter")
        return self

    def enter(self, box, value):
        """Fill one field by its keys."""
        kind = kind_of(box)
        if kind == "radio":
            self._choose(box)
            return
        self.reach(box)
        if kind == "select":
            self._select(box, value)
        elif kind == "checkbox" and box.is_checked() != value:
            self.press_key("Space")
        elif kind == "file":
            self._choose_file(value)
        elif kind in {"date", "datetime-local"}:
            self._type_moment(box, str(value))
        elif kind not in {"checkbox"}:
            self.press_key("Control+a")
            self.press_key("Delete")
            self.page.keyboard.type(str(value))

    def _choose_file(self, path):
        """Space or Enter opens the chooser; the browser may still be busy with the page when the first one comes."""
        self.page.wait_for_load_state()
        for key, patience in (("Space", 5_000), ("Enter", 10_000), ("Space", 10_000)):
            try:
                with self.page.expect_file_chooser(timeout=patience) as chooser:
                    self.press_key(key)
            except PlaywrightTimeout:
                continue
            chooser.value.set_files(path)
            return
        raise AssertionError(f"no file can be chosen at {self.page.url}")

    def _choose(self, radio):
        """Tab stops at one button of a group; the arrows move and choose within it."""
        group = self.page.locator(f'input[type=radio][name="{radio.get_attribute("name")}"]')
        checked = [one for one in group.all() if one.is_checked()]
        self.reach(checked[0] if checked else group.first)
        self.press_key("Space")
        for _option in range(group.count()):
            if radio.is_checked():
                return
            self.press_key("ArrowDown")
        assert radio.is_checked()

    def _select(self, box, label):
        self.press_key("Home")
        for _option in range(60):
            if box.evaluate(CHOSEN) == label:
                return
            self.press_key("ArrowDown")
        raise AssertionError(f"{label} is not among the choices")

    def _type_moment(self, box, value):
        """Month, day and year in the order that this browser shows; the arrow leaves the year, which may be longer."""
        day, _t, time = value.partition("T")
        year, month, date = day.split("-")
        for first, second in ((month, date), (date, month)):
            self.page.keyboard.type(f"{first}{second}{year}")
            if time:
                self.press_key("ArrowRight")
                hour, minute = int(time[:2]), time[3:]
                self.page.keyboard.type(f"{hour % 12 or 12:02}{minute}{'a' if hour < 12 else 'p'}")
            if box.input_value() == value:
                return
            for _part in range(5):
                self.press_key("ArrowLeft")
        raise AssertionError(f"{value} cannot be typed at {self.page.url}")
