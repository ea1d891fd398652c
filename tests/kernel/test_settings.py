"""Settings: a value holds from its date on; a value of the wrong kind is refused beside its field."""

import pytest
from django.core.exceptions import ValidationError

from kernel.clock import today
from kernel.models import Setting
from kernel.settings import setting

pytestmark = pytest.mark.django_db


def test_the_value_in_force_is_the_newest_that_has_begun():
    assert setting("kernel.agreement_hours") == 8
    Setting.objects.create(key="kernel.agreement_hours", value="4", effective_on=today().replace(year=2020))
    Setting.objects.create(key="kernel.agreement_hours", value="6", effective_on=today())
    Setting.objects.create(key="kernel.agreement_hours", value="2", effective_on=today().replace(year=2099))
    assert setting("kernel.agreement_hours") == 6
    assert setting("kernel.agreement_hours", on=today().replace(year=2021)) == 4


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("kernel.agreement_hours", "soon"),
        ("kernel.agreement_hours", "-1"),
        ("promises.remind_at", "NaN"),
        ("promises.remind_at", "1e400"),
        ("calendar.region", "MARS"),
        ("calendar.day_start", "25:00"),
        ("no.such.setting", "1"),
    ],
)
def test_a_wrong_value_is_refused(key, value):
    with pytest.raises(ValidationError):
        Setting(key=key, value=value).full_clean()
