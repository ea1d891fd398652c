"""What the tests of customer pages share: addresses, and forms sent as their page shows them."""

from django.urls import reverse


def url(name, *args):
    return reverse(f"customers:{name}", args=args)


def posted(client, address, **data):
    """Send a form with the version that its page shows; the answer must lead on."""
    page = client.get(address)
    form = page.context.get("form") if page.status_code == 200 and page.context else None
    if "version" in getattr(form, "fields", {}):
        data.setdefault("version", form.initial["version"])
    answer = client.post(address, data)
    errors = getattr(answer.context and answer.context.get("form"), "errors", "") if answer.status_code != 302 else ""
    assert answer.status_code == 302, (address, answer.status_code, errors)
    return answer
