"""The end of the way (clause 3.4.4): the customer is asked, his answer shows a weak spot, and a measure is taken against it."""

from datetime import timedelta

from aftersales.models import Measure
from kernel import clock

PHONE = {"width": 390, "height": 844}
SOLUTION, SPEED = "How satisfied are you with the solution?", "How satisfied are you with our speed?"


def answers_on_the_phone(customer):
    """3.4.4a, b: by the link of his letter, on a page as wide as a phone; what he must answer he is asked for."""
    customer.page.set_viewport_size(PHONE)
    assert customer.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    customer.rate([SOLUTION], "4").rate([SPEED], "2")
    customer.write({"What else would you like to tell us?": "兩次才修好"}).press("Send")
    return customer


def is_proposed(office):
    """3.4.4c: customer service finds the weak spot in the results and proposes what is to be done."""
    service = office.service.open("/surveys/results/").sees(SPEED, "Weak points")
    service.follow(f"Propose an improvement measure {SPEED}")
    due = clock.today() + timedelta(14)
    service.write(
        {
            "Weak spot": "首輪判斷只看軸承",
            "What is expected": "檢修表列入動平衡",
            "Who carries it out": "Cheng Quality",
            "Due on": due.isoformat(),
        }
    )
    service.press("Save").sees("Proposed")
    return Measure.objects.get()


def is_taken(office, measure):
    """3.4.4c: decided by the manager, carried out by quality, seen to by customer service."""
    office.quality.is_refused(f"/measures/{measure.pk}/agree/")
    office.manager.open("/approvals/").sees(measure.title)
    office.manager.open(f"/measures/{measure.pk}/").follow("Have it carried out").press("Have it carried out")
    quality = office.quality.open("/").sees(measure.number).open(f"/measures/{measure.pk}/evidence/")
    quality.write({"What was done": "檢修表第三版已列入動平衡檢查。"}).press("Save")
    quality.follow("It is carried out").press("It is carried out")
    service = office.service.open("/").follow(f"Verify {measure.title}")
    service.follow("Confirm that it was carried out").press("Confirm that it was carried out").sees("Verified")
