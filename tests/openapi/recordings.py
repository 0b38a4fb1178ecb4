"""Prints a batch of events: runs, steps and schemas with the ids that openapi.json has in its examples, and rejections."""
import json

RUN = "0190b2a4-7c11-7000-8000-00000000000a"


def run_id(number):
    return f"0190b2a4-7c11-7000-8000-{number:012x}"


def emit(event, **members):
    print(json.dumps({"event": event, **members}))


for version, keys in (1, ["rule"]), (2, ["rule", "percentage_eliminated"]):
    emit("schema.registered", name="product-selection", version=version, definition={"reasoning": keys})
for number in range(10, 130):
    at = f"2026-11-22T16:{number % 60:02}:00"
    run = run_id(number)
    emit("run.started", run_id=run, pipeline="product-selection", at=at + "Z", metadata={"market": "US", "n": number},
         schema={"name": "product-selection", "version": 1 + number % 2})
    for step in 1, 2:
        emit("step.ended", run_id=run, step_id=run_id(step), seq=step, name="price-filter", step_type="filter",
             started_at=at + ".1Z", at=at + ".2Z", status="error" if number % 7 == 0 else "success",
             input_data={"text": "x" * 300}, reasoning={"percentage_eliminated": number / 1.3, "rule": "price <= 50"})
    if number % 3 == 0:
        emit("run.failed", run_id=run, at=at + ".3Z", error={"type": "Timeout", "message": "no answer"})
    elif number % 3 == 1:
        emit("run.ended", run_id=run, at=at + ".3Z")
print("no json")
print("{}")
