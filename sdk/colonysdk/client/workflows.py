"""Looking at workflows, cancelling and removing them."""

from colonysdk import messages
from colonysdk.client.submission import SubmissionClient
from colonysdk.objects import ProcessGraph, ProcessState


class WorkflowClient(SubmissionClient):
    """A client that knows workflows, which the wire calls process graphs."""

    async def workflow(self, workflow_id: str) -> ProcessGraph:
        """Look a workflow up, with its nodes and edges."""
        return await self.send(messages.GetWorkflow(process_graph_id=workflow_id))

    async def workflows(self, state: ProcessState, count: int = 100) -> list[ProcessGraph]:
        """List up to 100 workflows of one state, the newest submission first, without nodes and edges."""
        return await self.send(
            messages.GetWorkflows(colony_name=self.colony_name, count=count, state=int(state)),
        )

    async def cancel_workflow(self, workflow_id: str) -> None:
        """Cancel every process of a workflow that has not ended."""
        await self.send(messages.CancelWorkflow(process_graph_id=workflow_id))

    async def remove_workflow(self, workflow_id: str) -> None:
        """Remove the record of a workflow that is not running, with all its processes."""
        await self.send(messages.RemoveWorkflow(process_graph_id=workflow_id))
