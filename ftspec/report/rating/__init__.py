"""The page on which people say which of two answers is better."""

from ftspec.report.rating.task import Shown, Task, task_of

__all__ = ["Shown", "Task", "task_of"]
