"""Handing specifications to a colony, once each, also when an answer is lost."""

import secrets
from typing import TypeVar

from colonysdk import messages
from colonysdk.client.channels import ChannelClient
from colonysdk.errors import ColonyError, Unreachable
from colonysdk.extensions import SUBMIT_KEY
from colonysdk.messages import Message
from colonysdk.objects import FunctionSpec, Process, ProcessGraph, WorkflowSpec

ReplyT = TypeVar("ReplyT")


class SubmissionClient(ChannelClient):
    """A client that submits processes and workflows.

    When the answer is lost, the same is sent again to a server that takes it in once (extension `submitkey/1`); other
    servers could take it in twice, so there Unreachable is raised.
    """

    async def submit(self, spec: FunctionSpec) -> Process:
        """Submit a specification; the colony's name is filled in when it names none."""
        if not spec.conditions.colony_name:
            conditions = spec.conditions.model_copy(update={"colony_name": self.colony_name})
            spec = spec.model_copy(update={"conditions": conditions})
        return await self._send_once(messages.SubmitFunctionSpec(spec=spec, submit_key=_new_key()))

    async def submit_workflow(self, spec: WorkflowSpec) -> ProcessGraph:
        """Submit a workflow; the colony's name is filled in when it names none."""
        if not spec.colony_name:
            spec = spec.model_copy(update={"colony_name": self.colony_name})
        return await self._send_once(messages.SubmitWorkflow(spec=spec, submit_key=_new_key()))

    async def _send_once(self, message: Message[ReplyT]) -> ReplyT:
        try:
            return await self.send(message)
        except Unreachable:
            if not await self._takes_once():
                raise
            return await self.send(message)

    async def _takes_once(self) -> bool:
        try:
            return await self.offers(SUBMIT_KEY)
        except ColonyError:
            return False


def _new_key() -> str:
    return secrets.token_hex(16)
