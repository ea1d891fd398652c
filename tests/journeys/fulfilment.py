"""The third part of the way (clause 3.3): from the signed contract to the completed order, act by act, role by role."""

import re
from datetime import timedelta

from kernel import clock
from orders.models import Inspection, Order, OrderException, ProductionPlan, PurchaseOrder, ReworkTask, Shipment

HUNDRED, FAILED = 100, 20
DAY = timedelta(1)


def line_form(window, name):
    """The fields of one row of a table in a form, by the prefix of the table."""
    return lambda field, row=0: window.page.locator(f"[name={name}-{row}-{field}]")


def fill(window, table, **values):
    """Fill a row of a table in a form."""
    field = line_form(window, table)
    for name, value in values.items():
        window.enter(field(name), value)
    return window


# --- customer service ----------------------------------------------------------------------------------
def places_the_order(office, contract):
    """3.3.1a, b: entered from the contract that waits; refused while a line lacks its requirements."""
    office.quality.is_refused(f"/orders/new/{contract.pk}/")
    service = office.service.open("/orders/").press(f"Enter the order {contract.number}")
    order = Order.objects.get(contract=contract)
    service.write({"Contact": "Chiu Chih-hung", "Shipping address": "新竹市工業東路 8 號"}).press("Save")
    service.follow("Place the order").press("Place the order").sees("Not yet")
    service.open(f"/orders/{order.pk}/").follow("Edit")
    fill(service, "lines", requirements="塗防鏽油，木箱包裝", specification="FM-200，重複精度 ±0.02 mm").press("Save")
    office.production.is_refused(f"/orders/{order.pk}/place/")
    service.follow("Place the order").press("Place the order").sees("Placed")
    return order


def is_acknowledged(office, order):
    """3.3.1b: production asks first, customer service answers, everybody takes his part."""
    production = office.production.open("/orders/production/").follow(f"Query {order.number}")
    production.write({"Question": "電源是 220 V 還是 380 V？"}).press("Query")
    service = office.service.open("/").follow("Answer 電源是 220 V 還是 380 V？")
    service.write({"Answer": "220 V，附變壓器。"}).press("Answer").open(f"/orders/{order.pk}/").sees(
        "220 V，附變壓器。"
    )
    for name, bench in (("production",) * 2, ("purchasing",) * 2, ("quality",) * 2, ("logistics",) * 2):
        window = getattr(office, name).open(f"/orders/{bench}/").follow(f"Acknowledge {order.number}")
        window.press("Acknowledge").open(f"/orders/{bench}/")
        assert order.number not in window.words(), f"{name} has acknowledged"
    assert not order.acknowledgements.exclude(state="acknowledged").exists()


# --- production and purchasing ---------------------------------------------------------------------------
def is_planned(office, order, material):
    """3.3.2a, b: schedule, materials and quality requirements, without which no plan is confirmed."""
    production = office.production.open("/orders/production/").press(f"Make a plan {order.number}")
    plan = ProductionPlan.objects.get(order=order)
    production.press("Save").follow("Confirm the plan").press("Confirm the plan").sees("Not yet")
    production.open(f"/orders/plans/{plan.pk}/edit/")
    needed = (clock.today() + 5 * DAY).isoformat()
    fill(production, "materials", material=f"{material} ({material.unit})", quantity=200, needed_on=needed)
    fill(production, "requirements", text="平面度 0.02 mm 以內").press("Save")
    production.follow("Confirm the plan").press("Confirm the plan").sees("Confirmed")
    return plan


def is_bought(office, order, material, expired, valid):
    """3.3.3: the shortage becomes a purchase; an expired supplier is refused; the valid one is late and says why."""
    office.production.is_refused("/orders/shortage/")
    buyer = office.purchasing.open("/orders/shortage/").sees(material.name, order.number)
    buyer.page.get_by_label(str(material), exact=True).check()
    choose(buyer, "Supplier", expired).press("Make a purchase of what is ticked")
    purchase = PurchaseOrder.objects.get()
    fill(buyer, "lines", unit_price="12.5")
    buyer.write({"Expected on": (clock.today() + 3 * DAY).isoformat()}).press("Save")
    buyer.follow("Order from the supplier").press("Order from the supplier").sees("Not yet")
    buyer.open(f"/orders/purchases/{purchase.pk}/").follow("Edit")
    choose(buyer, "Supplier", valid).press("Save")
    buyer.follow("Order from the supplier").press("Order from the supplier").sees("Ordered")
    buyer.follow("Note the progress")
    late = (clock.today() + 9 * DAY).isoformat()
    buyer.write({"Progress": "上游缺料", "New expected day": late}).press("Save").sees("Say why it is delayed")
    buyer.write({"Cause of the delay": "供應商上游缺料"}).press("Save").sees("delayed", "供應商上游缺料")
    problem = OrderException.objects.get(order=order)
    buyer.follow(f"Take in {material}").write({"Accepted quantity": 200, "Rejected quantity": 0}).press("Save")
    buyer.sees("Received")
    return problem


def choose(window, label, one):
    """Choose from a list by the beginning of what it says."""
    box = window.page.get_by_label(label).first
    box.select_option(value=str(one.pk))
    return window


def is_made(office, plan, material):
    """3.3.2c: material is handed out, the task begins and its output is reported."""
    production = office.production.open(f"/orders/plans/{plan.pk}/").follow(f"Hand out {material}").press("Save")
    task = plan.tasks.get()
    production.open(f"/orders/plans/{plan.pk}/").press(f"Start {task.what}").sees("Being carried out")
    production.follow(f"Report output {task.what}").press("Save").sees("Finished")


# --- quality ---------------------------------------------------------------------------------------------
def passes_in_process(office, order):
    """3.3.4a: inspected while it is made."""
    line = order.lines.get()
    office.quality.open("/orders/quality/").follow(f"Inspect in process {line.description}").press(
        "Begin the inspection"
    )
    judges(office.quality, accepted=HUNDRED).sees("Passed")


def fails_finally(office, order):
    """3.3.4b: twenty of a hundred fail, with cause; they are rework of production, and nothing of them leaves."""
    line = order.lines.get()
    quality = (
        office.quality.open("/orders/quality/").follow(f"Inspect {line.description}").press("Begin the inspection")
    )
    judges(quality, accepted=HUNDRED - FAILED, rejected=FAILED, cause="D01 尺寸超差").sees("Failed", "To be reworked")
    assert Order.objects.get(pk=order.pk).state != "ready_to_ship"


def is_reworked(office, order):
    """3.3.4b: production puts it right, quality inspects again until it passes; the report is a PDF."""
    task = ReworkTask.objects.get(order=order)
    office.quality.is_refused(f"/orders/rework/{task.pk}/finish/", measure="x")
    production = office.production.open("/orders/production/").follow(f"Rework is done {order.lines.get().description}")
    production.write({"What was done": "重新研磨"}).press("Rework is done")
    again = Inspection.objects.get(rework=task)
    quality = office.quality.open("/orders/quality/").follow(f"Enter the result {again.line.description}")
    judge_form(quality, accepted=FAILED).sees("Passed")
    report = quality.page.get_by_role("link", name="Inspection report").get_attribute("href")
    assert quality.context.request.get(report).body()[:5] == b"%PDF-"
    assert Order.objects.get(pk=order.pk).state == "ready_to_ship"


def judges(window, **result):
    """Enter the result of the inspection on the page."""
    window.follow("Enter the result")
    return judge_form(window, **result)


def judge_form(window, *, accepted, rejected=0, cause=""):
    """Each point, how much, and why not."""
    for group in window.page.get_by_role("group").filter(has=window.page.get_by_label("Met", exact=True)).all():
        group.get_by_label("Not met" if rejected else "Met", exact=True).check()
    window.write({"Accepted": accepted, "Rejected": rejected})
    if cause:
        window.write({"Cause of the defect": cause, "What was found": "毛邊"})
    return window.press("Enter the result")


# --- logistics -------------------------------------------------------------------------------------------
def is_packed(office, order):
    """3.3.5a, b: packed whole, the checklist ticked; refused before."""
    line = order.lines.get()
    logistics = office.logistics.open("/orders/logistics/").follow(f"Pack {line.description}").press("Pack")
    shipment = Shipment.objects.get(order=order)
    logistics.write({"Carrier": "嘉里大榮", "Tracking number": "KL-5521", "Packages": 4})
    logistics.write({"Expected arrival": (clock.today() + 2 * DAY).isoformat()}).press("Save")
    logistics.follow("Ship").press("Ship").sees("Not yet")
    logistics.open(f"/orders/shipments/{shipment.pk}/")
    for check in shipment.check_rows:
        logistics.press(f"Tick {check.text}")
    return shipment


def leaves(office, shipment):
    """3.3.5c: it leaves, and the customer is written to."""
    office.stranger.is_refused(f"/orders/shipments/{shipment.pk}/ship/")
    office.logistics.open(f"/orders/shipments/{shipment.pk}/").follow("Ship").press("Ship").sees("On the way")


def customer_is_told_of_the_delay(office, order, problem):
    """3.3.6b: the delay of the supplier has a cause, a solution and the day on which the customer was told."""
    service = office.service.open(f"/orders/exceptions/{problem.pk}/").follow("Enter cause and solution")
    service.write({"Cause": "上游缺料", "Solution": "改空運，交期不變", "Customer told on": clock.today().isoformat()})
    service.press("Save").follow("Mark as solved").press("Mark as solved").sees("Solved")
    service.open(f"/orders/{order.pk}/").sees("Customer told on")


def is_received(office, shipment):
    """3.3.6a: news of its way, then receipt with day and name."""
    office.service.open(f"/orders/shipments/{shipment.pk}/").follow("Enter news")
    office.service.write({"Where": "桃園", "What": "到站，轉運中"}).press("Save").sees("到站，轉運中")
    office.service.follow("Confirm receipt")
    office.service.write({"Received on": clock.today().isoformat(), "Received by": "倉管 林先生"})
    office.service.press("Confirm receipt").sees("Received", "倉管 林先生")


def is_completed(office, order):
    """3.3.6c: not without the customer's satisfaction."""
    service = office.service.open(f"/orders/{order.pk}/").follow("Complete").press("Complete").sees("Not yet")
    service.open(f"/orders/{order.pk}/").follow("Note a talk")
    service.rate(["Satisfaction"], "5").write({"What he said": "準時，包裝完整"}).press("Save")
    service.follow("Complete").press("Complete").sees("Completed")


def address_in(letter):
    """The link of a letter."""
    return re.search(r"http://\S+", letter)[0]
