"""The pipelines as Celery canvases. Run in an environment of its own: `python celery_pipelines.py
SHAPE` starts a pipeline on the workers that are there and prints its seconds."""

from __future__ import annotations

import os
import sys
import time

from celery import Celery, chain, chord, group
from shapes import MODELS, SHAPES, burn

BROKER = os.environ.get("BROKER", "redis://127.0.0.1:6379/0")
app = Celery("celery_pipelines", broker=BROKER, backend=BROKER)
app.conf.update(worker_prefetch_multiplier=1, task_acks_late=True)


@app.task(name="step")  # type: ignore[untyped-decorator]
def step(seconds: float) -> None:
    """One step."""
    burn(seconds)


def canvas(shape: str) -> object:
    """The pipeline of a shape."""
    seconds = {one.name: one.seconds for one in SHAPES[shape]}

    def task(name: str) -> object:
        return step.si(seconds[name])

    if shape == "eight":
        models = group(task(name) for name in MODELS)
        return chain(task("dataset"), chord(models, task("evaluation")), task("cleanup"))
    practices = chain(task("practices"), task("changes"))
    analyses = group(practices, task("dependencies"), task("architecture"))
    return chain(task("parsing"), chord(analyses, task("documentation")))


if __name__ == "__main__":
    began = time.perf_counter()
    canvas(sys.argv[1]).apply_async().get(timeout=300)  # type: ignore[attr-defined]
    print(time.perf_counter() - began)
