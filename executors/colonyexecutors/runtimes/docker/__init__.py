"""Containers of a Docker Engine as a runtime; nothing else imports the Docker SDK."""

from colonyexecutors.runtimes.docker.runtime import DockerRuntime

__all__ = ["DockerRuntime"]
