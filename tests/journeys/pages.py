"""Every page of the path and about it, by the role that works on it."""


def pages_of(role, found):
    """The addresses that one role looks at; `found` are the rows of a company at work."""
    return {"sales": sales, "manager": manager, "legal": legal, "custodian": custodian, "director": director}[role](
        found
    )


def sales(found):
    """Development and drafting."""
    deals, contracts = found.deals, found.contracts
    forms = {
        "research": ("research/", "screen/", "edit/", "history/", "lose/"),
        "screening": ("screening/", "scorecard/", "profile/", "make_contact/", "send_back/"),
        "first_contact": ("log/",),
        "needs": ("needs/", "proposals/new/", "demonstrations/new/", "questions/"),
        "negotiation": ("terms/", "terms/assessment/", "terms/agreement/", "follow/"),
        "follow_up": ("follower/", "follow-ups/new/"),
    }
    yield from ("/", "/board/", "/opportunities/", "/opportunities/new/", "/insights/", "/insights/new/", "/segments/")
    yield from ("/segments/new/", f"/insights/{found.insight.pk}/analyse/", "/customers/", "/customers/new/", "/risks/")
    for stage, deal in deals.items():
        yield f"/opportunities/{deal.pk}/"
        yield from (f"/opportunities/{deal.pk}/{form}" for form in forms[stage])
    here = f"/customers/{found.customer.pk}/"
    yield from (
        here,
        f"{here}edit/",
        f"{here}log/",
        f"{here}profile/",
        f"{here}contacts/new/",
        f"{here}opportunities/new/",
    )
    yield from (f"{here}risks/new/", f"{here}history/", f"/contacts/{found.contact.pk}/", f"/risks/{found.risk.pk}/")
    yield from ("/contracts/", "/contracts/new/", f"/contracts/new/?opportunity={deals['follow_up'].pk}")
    yield from (f"/contracts/{c.pk}/" for c in contracts.values())
    draft, ready, open_ = contracts["draft"].pk, contracts["ready_to_sign"].pk, contracts["revising"]
    yield from (f"/contracts/{draft}/edit/", f"/contracts/{draft}/submit/", f"/contracts/{draft}/history/")
    yield from (f"/contracts/{open_.pk}/compare/", f"/contracts/opinions/{open_.opinions.first().pk}/answer/")
    yield from (f"/contracts/{ready}/signing/", f"/contracts/{contracts['signed'].pk}/supplement/")
    yield from ("/contracts/templates/", "/notices/", "/search/?q=E1", "/profile/", "/people/", "/documents/")
    yield from ("/regulation/", "/regulation/3.1.1a/", "/nowhere/", "/admin/nowhere/", "/password/")


def manager(found):
    """Deciding."""
    waiting = found.contracts["manager_review"].pk
    yield from ("/", "/approvals/", f"/approvals/?item=contracts.contract:{waiting}", "/approvals/?tab=decided")
    yield from (f"/approvals/?item=kernel.agreement:{found.agreement.pk}", f"/agreements/{found.agreement.pk}/")
    yield from (f"/contracts/{waiting}/", f"/contracts/{waiting}/review/", f"/contracts/{waiting}/opinions/new/")
    yield from (f"/contracts/{waiting}/reject/", "/contracts/ledger/", f"/customers/{found.customer.pk}/reassign/")
    here = f"/customers/{found.customer.pk}/"
    yield from ("/customers/", "/customers/duplicates/", "/customers/reviews/", "/insights/summary/")
    yield from (f"{here}merge_away/", f"{here}review/", f"{here}book/", f"/contacts/{found.contact.pk}/dead/")
    yield from (f"/customers/reassign/?pick={found.customer.pk}", "/views/customer_list/save/?grade=A")
    yield from (
        "/board/",
        f"/opportunities/{found.deals['negotiation'].pk}/",
        "/opportunities/closed/",
        "/regulation/3.2.2b/",
    )


def legal(found):
    """Reviewing, and the templates."""
    waiting, template = found.contracts["legal_review"], found.contracts["draft"].template_id
    yield from ("/", "/approvals/", f"/contracts/{waiting.pk}/", f"/contracts/{waiting.pk}/review/")
    yield from (
        f"/contracts/opinions/{waiting.opinions.first().pk}/waive/",
        "/contracts/ledger/",
        "/contracts/templates/",
    )
    yield from (f"/contracts/templates/{template}/", "/contracts/templates/new/")


def custodian(found):
    """Keeping."""
    signed = found.contracts["signed"].pk
    yield from ("/", "/contracts/", "/contracts/ledger/", f"/contracts/{signed}/", f"/contracts/{signed}/custody/")


def director(found):
    """Looking on."""
    yield from ("/", "/board/", f"/customers/{found.customer.pk}/", "/contracts/ledger/")
