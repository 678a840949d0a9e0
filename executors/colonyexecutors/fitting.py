"""Whether a job can ever have what it asks for on this machine."""

from colonyexecutors.errors import ValidateFailed
from colonyexecutors.job import Job
from colonyexecutors.ledger import Resources
from colonysdk.units import format_bytes, format_cpu


def demand_of(job: Job) -> Resources:
    """What all copies of a job take together."""
    return Resources(job.cpu_milli * job.copies, job.memory_bytes * job.copies, 1, job.gpus * job.copies)


def check_fits(job: Job, total: Resources) -> None:
    """Raise ValidateFailed for a job that no empty machine of this size could run.

    A single program that asks for too much cpu or memory is none: it is run with what there is.
    """
    demand = demand_of(job)
    if demand.gpus > total.gpus:
        raise ValidateFailed(
            "too_few_gpus",
            f"the specification asks for {demand.gpus} GPUs, and this executor has {total.gpus}",
            hint="name an executor with GPUs in conditions.executornames, or set gpu.count to 0",
        )
    if job.copies > 1 and (demand.cpu_milli > total.cpu_milli or demand.memory_bytes > total.memory_bytes):
        raise ValidateFailed(
            "too_large",
            f"{job.copies} copies ask for {format_cpu(demand.cpu_milli)} cpu and {format_bytes(demand.memory_bytes)} "
            f"memory together; this executor has {format_cpu(total.cpu_milli)} and {format_bytes(total.memory_bytes)}",
            hint="ask for fewer copies or less for each: nodes × processespernode of them run on one machine here",
        )
