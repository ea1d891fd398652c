"""The last part of the way (clause 3.4): a complaint by the customer's link, solved, refused by him, solved again, confirmed."""

from aftersales.models import Feedback


def complains(customer):
    """3.4.1b: on the page of his order, without an account; he reads at once by when it will be solved."""
    customer.follow("Report a problem")
    customer.write({"What is it about?": "Complaint", "What would you like to tell us?": "主軸有異音"}).press("Send")
    customer.sees("Received", "Promised")
    return Feedback.objects.get()


def is_passed_on(office, feedback):
    """3.4.2a: to quality, by customer service."""
    office.stranger.is_refused(f"/feedback/{feedback.pk}/assign/")
    service = office.service.open("/feedback/").follow(f"Pass on {feedback.number}").follow("Pass on")
    service.write({"Department": "Quality inspection"}).press("Pass on").sees("Passed on")


def is_solved(office, feedback, cause, solution):
    """3.4.2b: quality finds the cause and solves it; not without both."""
    quality = office.quality.open("/feedback/").follow(f"Solve {feedback.number}")
    if quality.page.get_by_role("link", name="Take up", exact=True).count():
        quality.follow("Take up").press("Take up")
    quality.follow("The cause is found").press("The cause is found").sees("Not yet")
    quality.open(f"/feedback/{feedback.pk}/finding/")
    quality.write({"Cause category": "加工不良", "Solution": solution, "Responsible": "Cheng Quality"})
    quality.enter(quality.page.locator("[name=cause]"), cause)
    quality.press("Save").follow("The cause is found").press("The cause is found")
    quality.follow("It is solved").press("It is solved").sees("Solved, to be confirmed by the customer")


def is_promised_anew(office, feedback):
    """3.4.3b: a new round has a time of its own, and the customer is told it."""
    service = office.service.open("/feedback/").follow(f"View {feedback.number}").sees("The customer does not know yet")
    service.follow("Tell the customer").write({"Text": "我們重新檢查。"}).press("Save").sees("customer told")


def is_reported(office, feedback, text):
    """3.4.3a: the result goes to the customer by letter, with his link."""
    service = office.service.open("/feedback/").follow(f"Report {feedback.number}").follow("Tell the customer")
    service.write({"Text": text}).press("Save").sees(text)


def answers(customer, *, satisfied, word=""):
    """3.4.3a, b: the customer says whether he is satisfied; a no needs its reason."""
    customer.write({"Yes, it is solved" if satisfied else "No, I am not satisfied": True})
    if not satisfied:
        customer.press("Send").sees("Please tell us why you are not satisfied")
        customer.write({"Your reason, or a word to us": word})
    else:
        customer.rate(["How satisfied are you?"], "4")
    customer.press("Send")
