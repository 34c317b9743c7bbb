"""Applying migrations without drawing half of the models anew for each of them.

Django keeps classes for the models as of each migration, and draws the classes of everything related anew whenever a
model is added or gets an index or a constraint.  Our models hang together by foreign keys, so an empty database spent
60 of 70 seconds there and three on SQL.  Neither change needs it: a new class makes itself known to the classes it
points at, and an index or a constraint changes one class.  What changes fields goes Django's way.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState


class State(ProjectState):
    """The models as of one migration."""

    def add_model(self, model_state: ModelState) -> None:
        with self._one_class(model_state.app_label, model_state.name_lower):
            super().add_model(model_state)

    def add_index(self, app_label: str, model_name: str, index: Any) -> None:
        with self._one_class(app_label, model_name):
            super().add_index(app_label, model_name, index)

    def add_constraint(self, app_label: str, model_name: str, constraint: Any) -> None:
        with self._one_class(app_label, model_name):
            super().add_constraint(app_label, model_name, constraint)

    def clone(self) -> ProjectState:
        copy = super().clone()
        copy.__class__ = State
        return copy

    @contextmanager
    def _one_class(self, app_label: str, model_name: str) -> Iterator[None]:
        """Change the models with the classes put aside, then draw this one class."""
        apps = self.__dict__.pop("apps", None)
        yield
        if apps is not None:
            self.apps = apps
            self._reload({(app_label, model_name)})  # type: ignore[attr-defined]


class Migrator(MigrationExecutor):
    """Brings a database to the newest migration of every application."""

    def migrate_all(self) -> None:
        """**Raises** `InconsistentMigrationHistory` where the database has a migration without the one before it."""
        self.loader.check_consistent_history(self.connection)
        self.migrate(self.loader.graph.leaf_nodes())

    def _create_project_state(self, with_applied_migrations: bool = False) -> ProjectState:
        state: ProjectState = super()._create_project_state(with_applied_migrations)  # type: ignore[misc]
        state.__class__ = State
        return state
