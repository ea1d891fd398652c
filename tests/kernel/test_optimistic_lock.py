"""Two people with the same record open: the second is told what the first has saved, and nothing is lost silently."""

import pytest
from django.http import QueryDict

from kernel.forms import BylawModelForm
from kernel.models import Agreement

pytestmark = pytest.mark.django_db


class AgreementForm(BylawModelForm):
    class Meta:
        model = Agreement
        fields = ["subject", "reason"]


@pytest.fixture
def agreement(person):
    return Agreement.objects.create(
        clause="1.3.1",
        model="kernel.agreement",
        row=1,
        title="Exception",
        subject="5 %",
        reason="old",
        asked_by=person("sales"),
    )


def posted(seen, **changes):
    data = QueryDict(mutable=True)
    data.update({"subject": "5 %", "reason": "old", "version": str(seen), **changes})
    return data


def opened(agreement):
    return Agreement.objects.get(pk=agreement.pk)


def test_page_carries_the_version_it_shows(agreement):
    assert f'<input type="hidden" name="version" value="{agreement.version}"' in str(AgreementForm(instance=agreement))


def test_saving_counts_one_version_on(agreement):
    form = AgreementForm(posted(1, reason="mine"), instance=opened(agreement))
    assert form.is_valid(), form.errors
    form.save()
    assert (opened(agreement).version, opened(agreement).reason) == (2, "mine")


def test_second_to_save_sees_both_versions_and_changes_nothing(agreement):
    AgreementForm(posted(1, reason="theirs"), instance=opened(agreement)).save()
    form = AgreementForm(posted(1, reason="yours"), instance=opened(agreement))
    assert not form.is_valid()
    assert form.status == 409
    assert [(str(d.label).lower(), d.theirs, d.yours) for d in form.conflict] == [("reason", "theirs", "yours")]
    assert "<del>theirs</del>" in str(form)
    assert "<ins>yours</ins>" in str(form)
    assert opened(agreement).reason == "theirs"


def test_sending_again_after_comparing_is_taken(agreement):
    AgreementForm(posted(1, reason="theirs"), instance=opened(agreement)).save()
    refused = AgreementForm(posted(1, reason="yours"), instance=opened(agreement))
    refused.is_valid()
    assert 'name="version" value="2"' in str(refused)
    assert AgreementForm(posted(2, reason="yours"), instance=opened(agreement)).is_valid()


def test_row_that_moved_between_loading_and_checking_is_noticed(agreement):
    stale = opened(agreement)
    AgreementForm(posted(1, reason="theirs"), instance=opened(agreement)).save()
    assert AgreementForm(posted(1, reason="yours"), instance=stale).conflict == ()
    form = AgreementForm(posted(1, reason="yours"), instance=stale)
    assert not form.is_valid()
    assert form.status == 409


@pytest.mark.parametrize("seen", ["", "x", "-1", "99"])
def test_unknown_version_is_a_conflict_not_a_way_round(agreement, seen):
    form = AgreementForm(posted(seen, reason="yours"), instance=opened(agreement))
    assert not form.is_valid()


def test_new_row_needs_no_version(person):
    data = posted("", reason="new")
    assert AgreementForm(data).is_valid()
