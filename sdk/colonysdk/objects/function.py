"""Functions that executors have registered, with their statistics."""

from pydantic import Field

from colonysdk.objects.wire import Int64, WireModel, omit_empty


class FunctionArgument(WireModel):
    """One argument a function takes."""

    name: str = ""
    type: str = ""
    description: str = Field(default="", exclude_if=omit_empty)
    required: bool = Field(default=False, exclude_if=omit_empty)
    enum: list[str] | None = Field(default=None, exclude_if=omit_empty)


class Function(WireModel):
    """A function of one executor; times in seconds."""

    function_id: str = ""
    executor_name: str = ""
    executor_type: str = ""
    colony_name: str = ""
    func_name: str = ""
    description: str = Field(default="", exclude_if=omit_empty)
    args: list[FunctionArgument] | None = Field(default=None, exclude_if=omit_empty)
    counter: Int64 = 0
    min_wait_time: float = 0.0
    max_wait_time: float = 0.0
    min_exec_time: float = 0.0
    max_exec_time: float = 0.0
    avg_wait_time: float = 0.0
    avg_exec_time: float = 0.0
    location_name: str = Field(default="", exclude_if=omit_empty)
