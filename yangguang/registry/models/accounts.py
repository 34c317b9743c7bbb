"""账号: sign-ins, the roles they hold, and what was done to them."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from yangguang.trail.models import Fact

from .bodies import Unit
from .people import Officer


class Role(models.TextChoices):
    """What an account may be trusted with.  The three administrators are never one person (等保 2.0)."""

    OFFICER = "officer", "执法人员"
    REVIEWER = "reviewer", "法制审核人员"
    HEAD = "head", "负责人"
    UNIT_HEAD = "unit_head", "承办机构负责人"
    DISCLOSURE = "disclosure", "公示专员"
    SUPERVISOR = "supervisor", "执法监督人员"
    ARCHIVIST = "archivist", "档案员"
    ADMIN = "admin", "系统管理员"
    SECURITY = "security", "安全管理员"
    AUDITOR = "auditor", "审计管理员"


class Accounts(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: Any) -> "Account":
        # Nothing of the person is read with it: before the sign-in nobody's rows are in scope.
        return self.get(username=username)


class Account(AbstractBaseUser):
    """A sign-in.  The only mutable row of the registry: it holds the password hash and the last sign-in."""

    username = models.CharField("用户名", max_length=60, unique=True)
    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name="人员", related_name="accounts")
    is_active = models.BooleanField("启用", default=True)
    must_change = models.BooleanField("首次登录须改密码", default=False)

    USERNAME_FIELD = "username"
    objects = Accounts()

    class Meta:
        verbose_name = verbose_name_plural = "账号"

    def __str__(self) -> str:
        return self.username


class RoleGrant(Fact):
    """A role given to an account, or taken away: the latest row for a role counts.

    **Shape** `unit`: which unit the head of a unit heads; no other role has one.
    """

    account = models.ForeignKey(Account, models.PROTECT, verbose_name="账号", related_name="grants")
    role = models.CharField("角色", max_length=12, choices=Role)
    granted = models.BooleanField("授予", default=True)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="所任承办机构", null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "角色授予"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role="unit_head", unit__isnull=False)
                | ~models.Q(role="unit_head") & models.Q(unit__isnull=True),
                name="rolegrant_of_a_unit",
            ),
        ]

    @property
    def chain(self) -> str:
        return f"account:{self.account_id}"

    @property
    def title(self) -> str:
        """The role in words, with its unit."""
        return f"{self.get_role_display()}（{self.unit.name}）" if self.unit else str(self.get_role_display())


class AccountChange(Fact):
    """账号变动: opened, its password set anew, stopped, started again.  The password itself is in no fact."""

    class What(models.TextChoices):
        OPENED = "opened", "开立"
        RESET = "reset", "重置密码"
        STOPPED = "stopped", "停用"
        STARTED = "started", "恢复启用"

    account = models.ForeignKey(Account, models.PROTECT, verbose_name="账号", related_name="changes")
    username = models.CharField("用户名", max_length=60)
    what = models.CharField("变动", max_length=8, choices=What)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "账号变动"

    @property
    def chain(self) -> str:
        return f"account:{self.account_id}"
