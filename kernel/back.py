"""Where a person came from: the one reading of `next`, in links as in redirects (SECURITY B30, E18)."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def came_from(request: HttpRequest) -> str:
    """The page of ours that the form or the address names as `next`; "" for none, another site or another scheme."""
    target = request.POST.get("next") or request.GET.get("next", "")
    return (
        target
        if target.startswith("/")  # anything else would be taken for the name of a page
        and target.isprintable()
        and url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
        else ""
    )
